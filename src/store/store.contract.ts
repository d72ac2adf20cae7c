import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  CompactedError,
  ConflictError,
  type Store,
  type Stored,
  type StoreEvent,
  StoreUnavailableError,
} from './store.ts';
import { ModelStore } from './testing/modelStore.ts';
import { configMap, textOf } from './testing/objects.ts';
import { operations, perform } from './testing/operations.ts';

/** One place that keeps a store's data between openings. */
export interface StoreHome {
  /** Opens what the home holds. What lives in memory alone is empty each time. */
  open(): Promise<Store>;
  /** Takes the home down, after its stores are closed. */
  remove(): Promise<void>;
}

export interface ContractOptions {
  /** How many random histories to try. */
  readonly runs: number;
}

/** What every store promises. Each implementation passes this very suite. */
export function storeContract(newHome: () => Promise<StoreHome>, { runs }: ContractOptions): void {
  let home: StoreHome;
  let store: Store;

  beforeEach(async () => {
    home = await newHome();
    store = await home.open();
  });
  afterEach(async () => {
    await store.close();
    await home.remove();
  });

  const put = (key: string, text = '', expected?: number) => store.put(key, configMap(text), expected);
  const keys = (prefix: string, options?: Parameters<Store['list']>[1]) =>
    store.list(prefix, options).items.map(({ key }) => key);
  const rejection = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error: unknown) => error,
    );

  describe('a write', () => {
    test('gets the next revision, which the object carries in text and form', async () => {
      const before = store.revision;
      const stored = await put('/pods/default/a', 'one');
      expect(stored.revision).toBe(before + 1);
      expect(stored.createRevision).toBe(stored.revision);
      expect(stored.object.metadata.resourceVersion).toBe(String(stored.revision));
      expect(JSON.parse(stored.json)).toEqual(stored.object);
      expect(store.revision).toBe(stored.revision);
      expect(store.get('/pods/default/a')).toBe(stored);
    });

    test('keeps the revision of the creation until the key is deleted', async () => {
      const created = await put('/a/b', 'one');
      const updated = await put('/a/b', 'two');
      expect(updated.createRevision).toBe(created.revision);
      await store.delete('/a/b', undefined);
      const again = await put('/a/b', 'three');
      expect(again.createRevision).toBe(again.revision);
    });

    test('leaves the object frozen through and through', async () => {
      const { object } = await put('/a/b', 'one');
      expect(Object.isFrozen(object)).toBe(true);
      expect(Object.isFrozen(object.metadata)).toBe(true);
    });

    test('is visible when its promise resolves, and its events have been sent', async () => {
      const seen: number[] = [];
      store.watch('/a/', store.revision, (events) => seen.push(...events.map(({ revision }) => revision)));
      const stored = await put('/a/b');
      expect(seen).toEqual([stored.revision]);
    });

    test('is not visible before it is committed', async () => {
      const writing = put('/a/b');
      expect(store.get('/a/b')).toBeUndefined();
      await writing;
      expect(store.get('/a/b')).toBeDefined();
    });

    test('keeps keys such as __proto__ as the data that they are', async () => {
      const object = JSON.parse('{"metadata":{"name":"a"},"data":{"__proto__":"x","constructor":"y"}}');
      const stored = await store.put('/a/b', object, 0);
      expect(stored.json).toContain('"data":{"__proto__":"x","constructor":"y"}');
      expect(Object.keys((stored.object as unknown as { data: object }).data)).toEqual([
        '__proto__',
        'constructor',
      ]);
    });
  });

  describe('an expectation', () => {
    test('of 0 lets the first creator win', async () => {
      const first = await put('/a/b', 'one', 0);
      const error = await rejection(put('/a/b', 'two', 0));
      expect(error).toBeInstanceOf(ConflictError);
      expect((error as ConflictError).actual?.revision).toBe(first.revision);
    });

    test('of a revision refuses a write that has been overtaken', async () => {
      const first = await put('/a/b', 'one', 0);
      const second = await put('/a/b', 'two', first.revision);
      const error = await rejection(put('/a/b', 'three', first.revision));
      expect((error as ConflictError).actual?.revision).toBe(second.revision);
      expect(textOf(store.get('/a/b'))).toBe('two');
    });

    test('of a revision refuses a key that is gone', async () => {
      const first = await put('/a/b', 'one', 0);
      await store.delete('/a/b', first.revision);
      const error = await rejection(put('/a/b', 'two', first.revision));
      expect(error).toBeInstanceOf(ConflictError);
      expect((error as ConflictError).actual).toBeUndefined();
    });

    test('is checked among writers at the same time: exactly one wins, the others see by what', async () => {
      const { revision } = await put('/a/b', 'start', 0);
      const results = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) => put('/a/b', `${index}`, revision)),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const losers = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
      for (const loser of losers) expect(loser.actual.revision).toBe(store.get('/a/b')?.revision);
    });

    test('that fails is told only when the reason is visible', async () => {
      const failures: { actual: Stored | undefined; visible: Stored | undefined }[] = [];
      const note = ({ actual }: ConflictError) => failures.push({ actual, visible: store.get('/a/b') });
      await Promise.all(['one', 'two'].map((text) => put('/a/b', text, 0).catch(note)));
      expect(failures).toHaveLength(1);
      expect(failures[0]?.visible?.revision).toBe(failures[0]?.actual?.revision);
      expect(failures[0]?.visible).toBeDefined();
    });

    test('that fails costs no revision', async () => {
      const first = await put('/a/b', 'one', 0);
      await rejection(put('/a/b', 'two', 0));
      await rejection(store.delete('/a/b', first.revision + 100));
      const next = await put('/a/c');
      expect(next.revision).toBe(first.revision + 1);
    });
  });

  describe('a deletion', () => {
    test('resolves to what was there, at the revision of the deletion', async () => {
      const stored = await put('/a/b', 'last words');
      const deleted = await store.delete('/a/b', stored.revision);
      expect(deleted?.revision).toBe(stored.revision + 1);
      expect(deleted?.object.metadata.resourceVersion).toBe(String(stored.revision + 1));
      expect(JSON.parse(deleted!.json)).toEqual(deleted!.object);
      expect(textOf(deleted)).toBe('last words');
      expect(store.get('/a/b')).toBeUndefined();
    });

    test('of nothing resolves to undefined and is no change', async () => {
      const before = store.revision;
      expect(await store.delete('/a/b', undefined)).toBeUndefined();
      expect(await store.delete('/a/b', 0)).toBeUndefined();
      expect(await rejection(store.delete('/a/b', 7))).toBeInstanceOf(ConflictError);
      expect(store.revision).toBe(before);
    });

    test('of what is just being created finds it, or comes before it', async () => {
      const [created, deleted] = await Promise.all([put('/a/b', 'short'), store.delete('/a/b', undefined)]);
      expect(store.get('/a/b')).toBe(deleted ? undefined : created);
    });
  });

  describe('a list', () => {
    test('shows the keys of the prefix in order, and no neighbours', async () => {
      for (const key of ['/pods/b/x', '/pods/a/y', '/pods/a/x', '/podsx/a/x', '/pod/a', '/pods/a-b/x'])
        await put(key);
      expect(keys('/pods/')).toEqual(['/pods/a-b/x', '/pods/a/x', '/pods/a/y', '/pods/b/x']);
      expect(keys('/pods/a/')).toEqual(['/pods/a/x', '/pods/a/y']);
      expect(store.count('/pods/')).toBe(4);
      expect(store.count('/nothing/')).toBe(0);
    });

    test('goes page by page and says how many are left', async () => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) await put(`/x/${name}`);
      const first = store.list('/x/', { limit: 2 });
      expect(first.items.map(({ key }) => key)).toEqual(['/x/a', '/x/b']);
      expect(first.remaining).toBe(3);
      const second = store.list('/x/', { limit: 2, after: '/x/b' });
      expect(second.items.map(({ key }) => key)).toEqual(['/x/c', '/x/d']);
      expect(second.remaining).toBe(1);
      expect(store.list('/x/', { limit: 2, after: '/x/d' }).remaining).toBe(0);
    });

    test('shows the past as it was, page by page', async () => {
      for (const name of ['a', 'b', 'c', 'd']) await put(`/x/${name}`, 'old');
      const at = store.revision;
      await store.delete('/x/a', undefined);
      await put('/x/b', 'new');
      await put('/x/aa', 'new');
      const first = store.list('/x/', { at, limit: 3 });
      expect(first.items.map(textOf)).toEqual(['old', 'old', 'old']);
      expect(first.items.map(({ key }) => key)).toEqual(['/x/a', '/x/b', '/x/c']);
      expect([first.revision, first.remaining]).toEqual([at, 1]);
      expect(keys('/x/', { at, after: '/x/c' })).toEqual(['/x/d']);
    });

    test('of a compacted revision, or of one to come, throws', async () => {
      await put('/x/a');
      const { revision } = await put('/x/a');
      await store.compact(revision);
      expect(() => store.list('/x/', { at: revision - 1 })).toThrow(CompactedError);
      expect(() => store.list('/x/', { at: revision + 1 })).toThrow(RangeError);
      expect(keys('/x/', { at: revision })).toEqual(['/x/a']);
    });
  });

  describe('a watch', () => {
    const inWords = ({ stored, previous, deleted, key }: StoreEvent) =>
      `${key}: ${textOf(previous) ?? 'nothing'} -> ${textOf(stored) ?? 'nothing'}${deleted ? ' (deleted)' : ''}`;

    test('hears of creation, change and deletion under its prefix, with what was before', async () => {
      const heard: string[] = [];
      store.watch('/x/', store.revision, (events) => heard.push(...events.map(inWords)));
      await put('/x/a', 'one');
      await put('/y/a', 'elsewhere');
      await put('/x/a', 'two');
      await store.delete('/x/a', undefined);
      expect(heard).toEqual(['/x/a: nothing -> one', '/x/a: one -> two', '/x/a: two -> nothing (deleted)']);
    });

    test('from a past revision hears the past first, then the present, each once', async () => {
      await put('/x/a', 'one');
      const from = store.revision;
      await put('/x/a', 'two');
      await put('/y/b', 'elsewhere');
      const heard: string[] = [];
      store.watch('/x/', from, (events) => heard.push(...events.map(inWords)));
      expect(heard).toEqual(['/x/a: one -> two']);
      await put('/x/a', 'three');
      expect(heard).toEqual(['/x/a: one -> two', '/x/a: two -> three']);
    });

    test('from a compacted revision throws; from the compacted one itself it hears all that follows', async () => {
      const { revision } = await put('/x/a', 'one');
      await put('/x/a', 'two');
      await store.compact(revision);
      expect(store.compactedRevision).toBe(revision);
      expect(() => store.watch('/x/', revision - 1, () => {})).toThrow(CompactedError);
      const heard: string[] = [];
      store.watch('/x/', revision, (events) => heard.push(...events.map(inWords)));
      expect(heard).toEqual(['/x/a: one -> two']);
    });

    test('from a revision to come hears nothing until then', async () => {
      const heard: string[] = [];
      store.watch('/x/', store.revision + 1, (events) => heard.push(...events.map(inWords)));
      await put('/x/a', 'one');
      await put('/x/a', 'two');
      expect(heard).toEqual(['/x/a: one -> two']);
    });

    test('that begins within a delivery misses nothing and hears nothing twice', async () => {
      const heard: number[] = [];
      let hasBegun = false;
      const from = store.revision;
      store.watch('/x/', from, () => {
        if (hasBegun) return;
        hasBegun = true;
        store.watch('/x/', from, (events) => heard.push(...events.map(({ revision }) => revision)));
      });
      await Promise.all([put('/x/a'), put('/x/b')]);
      expect(heard).toEqual([from + 1, from + 2]);
    });

    test('that was stopped hears nothing more, even in the middle of a delivery', async () => {
      const heard: string[] = [];
      const watches = ['first', 'second'].map((name) =>
        store.watch('/x/', store.revision, () => {
          heard.push(name);
          for (const watch of watches) watch.stop();
        }),
      );
      await put('/x/a');
      await put('/x/b');
      expect(heard).toEqual(['first']);
    });

    test('may write from its callback', async () => {
      const answered = Promise.withResolvers<void>();
      store.watch('/x/', store.revision, () => void put('/y/echo').then(() => answered.resolve()));
      await put('/x/a');
      await answered.promise;
      expect(store.get('/y/echo')).toBeDefined();
    });

    test('must name a prefix that ends in a slash', () => {
      expect(() => store.watch('/x', store.revision, () => {})).toThrow('a prefix ends in "/"');
    });
  });

  test('compaction keeps the present, and a second one of the same revision does nothing', async () => {
    await put('/x/a', 'one');
    await put('/x/a', 'two');
    await store.delete('/x/gone', undefined);
    await store.compact(store.revision);
    await store.compact(store.revision);
    expect(textOf(store.get('/x/a'))).toBe('two');
    await expect(store.compact(store.revision + 5)).rejects.toThrow(RangeError);
  });

  test('closing waits for the writes under way, then refuses more', async () => {
    const writing = put('/x/a');
    await store.close();
    expect((await writing).key).toBe('/x/a');
    await expect(put('/x/b')).rejects.toThrow(StoreUnavailableError);
    await expect(store.delete('/x/a', undefined)).rejects.toThrow(StoreUnavailableError);
  });

  test('any sequence of operations does what a naive model does', async () => {
    await fc.assert(
      fc.asyncProperty(operations, async (sequence) => {
        const ownHome = await newHome();
        const real = await ownHome.open();
        try {
          const model = new ModelStore(real.revision, real.compactedRevision);
          for (const operation of sequence) await perform(operation, model, real);
        } finally {
          await real.close();
          await ownHome.remove();
        }
      }),
      { numRuns: runs },
    );
  });
}

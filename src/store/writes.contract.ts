import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../apimachinery/object.ts';
import { ConflictError, type Store, type Stored } from './store.ts';
import { configMap, putText, textOf } from './testing/objects.ts';

/** What every store promises about `put` and `delete`. */
export function writesContract(store: () => Store): void {
  const put = (key: string, text?: string, expected?: number) => putText(store(), key, text, expected);
  const rejection = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error: unknown) => error,
    );

  describe('a write', () => {
    test('gets the next revision, which the object carries in text and form', async () => {
      const before = store().revision;
      const stored = await put('/pods/default/a', 'one');
      expect(stored.revision).toBe(before + 1);
      expect(stored.createRevision).toBe(stored.revision);
      expect(stored.object.metadata.resourceVersion).toBe(String(stored.revision));
      expect(JSON.parse(stored.json)).toEqual(stored.object);
      expect(store().revision).toBe(stored.revision);
      expect(store().get('/pods/default/a')).toBe(stored);
    });

    test('keeps the revision of the creation until the key is deleted', async () => {
      const created = await put('/a/b', 'one');
      const updated = await put('/a/b', 'two');
      expect(updated.createRevision).toBe(created.revision);
      await store().delete('/a/b', undefined);
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
      store().watch('/a/', store().revision, (events) =>
        seen.push(...events.map(({ revision }) => revision)),
      );
      const stored = await put('/a/b');
      expect(seen).toEqual([stored.revision]);
    });

    test('is not visible before it is committed', async () => {
      const writing = put('/a/b');
      expect(store().get('/a/b')).toBeUndefined();
      await writing;
      expect(store().get('/a/b')).toBeDefined();
    });

    test('of what cannot be stored is refused, and costs no revision', async () => {
      const cycle: KubernetesObject & { self?: unknown } = configMap('x');
      cycle.self = cycle;
      let deep: unknown = {};
      for (let depth = 0; depth < 100_000; depth++) deep = { deep };
      const first = await put('/a/b', 'one');
      await expect(store().put('/a/b', cycle, undefined)).rejects.toThrow(TypeError);
      await expect(store().put('/a/b', { metadata: {}, ...(deep as object) }, undefined)).rejects.toThrow(
        RangeError,
      );
      expect((await put('/a/b', 'two')).revision).toBe(first.revision + 1);
    });

    test('keeps keys such as __proto__ as the data that they are', async () => {
      const object = JSON.parse('{"metadata":{"name":"a"},"data":{"__proto__":"x","constructor":"y"}}');
      const stored = await store().put('/a/b', object, 0);
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
      expect(textOf(store().get('/a/b'))).toBe('two');
    });

    test('of a revision refuses a key that is gone', async () => {
      const first = await put('/a/b', 'one', 0);
      await store().delete('/a/b', first.revision);
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
      for (const loser of losers) expect(loser.actual.revision).toBe(store().get('/a/b')?.revision);
    });

    test('that fails is told only when the reason is visible', async () => {
      const failures: { actual: Stored | undefined; visible: Stored | undefined }[] = [];
      const note = ({ actual }: ConflictError) => failures.push({ actual, visible: store().get('/a/b') });
      await Promise.all(['one', 'two'].map((text) => put('/a/b', text, 0).catch(note)));
      expect(failures).toHaveLength(1);
      expect(failures[0]?.visible?.revision).toBe(failures[0]?.actual?.revision);
      expect(failures[0]?.visible).toBeDefined();
    });

    test('that fails costs no revision', async () => {
      const first = await put('/a/b', 'one', 0);
      await rejection(put('/a/b', 'two', 0));
      await rejection(store().delete('/a/b', first.revision + 100));
      const next = await put('/a/c');
      expect(next.revision).toBe(first.revision + 1);
    });
  });

  describe('a deletion', () => {
    test('resolves to what was there, at the revision of the deletion', async () => {
      const stored = await put('/a/b', 'last words');
      const deleted = await store().delete('/a/b', stored.revision);
      expect(deleted?.revision).toBe(stored.revision + 1);
      expect(deleted?.object.metadata.resourceVersion).toBe(String(stored.revision + 1));
      expect(JSON.parse(deleted!.json)).toEqual(deleted!.object);
      expect(textOf(deleted)).toBe('last words');
      expect(store().get('/a/b')).toBeUndefined();
    });

    test('of nothing resolves to undefined and is no change', async () => {
      const before = store().revision;
      expect(await store().delete('/a/b', undefined)).toBeUndefined();
      expect(await store().delete('/a/b', 0)).toBeUndefined();
      expect(await rejection(store().delete('/a/b', 7))).toBeInstanceOf(ConflictError);
      expect(store().revision).toBe(before);
    });

    test('of what is just being created finds it, or comes before it', async () => {
      const [created, deleted] = await Promise.all([put('/a/b', 'short'), store().delete('/a/b', undefined)]);
      expect(store().get('/a/b')).toBe(deleted ? undefined : created);
    });
  });
}

import { expect, test } from 'vitest';
import { History } from './history.ts';
import { type Journal, JournaledStore, NothingWrittenError } from './journaledStore.ts';
import { type ConflictError, type StoreEvent, StoreUnavailableError } from './store.ts';
import { configMap, putText } from './testing/objects.ts';

/** A journal whose commits take as long as a test wants. */
class HeldJournal implements Journal {
  readonly name = 'the journal';
  readonly batches: string[][] = [];
  #commit = Promise.withResolvers<void>();

  append(events: readonly StoreEvent[]): Promise<void> {
    this.batches.push(events.map(({ key }) => key));
    this.#commit = Promise.withResolvers<void>();
    return this.#commit.promise;
  }

  /** Lets the batch under way become durable, and everybody hear of it. */
  async commit(): Promise<void> {
    this.#commit.resolve();
    await settled();
  }

  async fail(error = new Error('the disk is gone')): Promise<void> {
    this.#commit.reject(error);
    await settled();
  }

  compact(): undefined {}

  close(): undefined {}
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function start() {
  const journal = new HeldJournal();
  const store = new JournaledStore(new History(1, 0), journal);
  const heard: string[] = [];
  const write = (key: string, expected?: number) =>
    putText(store, key, '', expected).then(
      ({ revision }) => heard.push(`${key} is ${revision}`),
      (error: Error) => heard.push(`${key} ${error.name}`),
    );
  return { journal, store, heard, write };
}

test('writes of one turn share a commit, and those that come while it is under way share the next', async () => {
  const { journal, store, heard, write } = start();
  void write('/x/1');
  void write('/x/2');
  await settled();
  for (const key of ['/x/3', '/x/4', '/x/5']) {
    void write(key);
    await settled();
  }
  expect(journal.batches).toEqual([['/x/1', '/x/2']]);
  expect([store.revision, store.count('/')]).toEqual([1, 0]);
  await journal.commit();
  expect(heard).toEqual(['/x/1 is 2', '/x/2 is 3']);
  expect([store.revision, store.count('/')]).toEqual([3, 2]);
  expect(journal.batches).toEqual([
    ['/x/1', '/x/2'],
    ['/x/3', '/x/4', '/x/5'],
  ]);
  await journal.commit();
  expect(store.revision).toBe(6);
});

test('events of one commit arrive together, before any of its writers hears of it', async () => {
  const { journal, store, heard, write } = start();
  store.watch('/x/', 1, (events) => heard.push(`${events.length} events up to ${store.revision}`));
  void write('/x/1');
  void write('/x/2');
  await settled();
  await journal.commit();
  expect(heard).toEqual(['2 events up to 3', '/x/1 is 2', '/x/2 is 3']);
});

test('a refusal waits for the write that it is due to, as does the news that there is nothing to delete', async () => {
  const { journal, store, heard, write } = start();
  void write('/x/1');
  void write('/x/1', 0);
  void store.delete('/x/1', undefined).then(() => heard.push('deleted'));
  void store.delete('/x/1', undefined).then((gone) => heard.push(`then there was ${gone}`));
  await settled();
  expect(heard).toEqual([]);
  await journal.commit();
  expect(heard.toSorted()).toEqual([
    '/x/1 ConflictError',
    '/x/1 is 2',
    'deleted',
    'then there was undefined',
  ]);
});

test('after a commit that failed, everything under way is refused, and all that follows; reading goes on', async () => {
  const { journal, store, heard, write } = start();
  void write('/x/1');
  await settled();
  await journal.commit();
  void write('/x/2');
  await settled();
  void write('/x/3');
  void write('/x/2', 0);
  await journal.fail();
  void write('/x/4');
  await settled();
  expect(heard).toEqual([
    '/x/1 is 2',
    '/x/2 StoreUnavailableError',
    '/x/3 StoreUnavailableError',
    '/x/2 StoreUnavailableError',
    '/x/4 StoreUnavailableError',
  ]);
  expect(store.list('/').items.map(({ key }) => key)).toEqual(['/x/1']);
  const message = 'Cannot write to the journal: the disk is gone; the store takes no more writes';
  await expect(store.compact(2)).rejects.toThrow(new StoreUnavailableError(message));
  await store.close();
});

test('after a commit that left no trace, what was under way is refused, and the next write is as if it had never been', async () => {
  const { journal, store, heard, write } = start();
  void write('/x/1');
  await settled();
  void write('/x/1', 2);
  void write('/x/2');
  await journal.fail(new NothingWrittenError('the disk is full'));
  expect([store.revision, store.problem]).toEqual([1, 'Cannot write to the journal: the disk is full']);
  void write('/x/1', 0);
  await settled();
  await journal.commit();
  expect(heard).toEqual(['/x/1 StoreFullError', '/x/1 StoreFullError', '/x/2 StoreFullError', '/x/1 is 2']);
  expect([store.revision, store.problem]).toEqual([2, undefined]);
});

test('an endless stream of writers waits for batches of bounded size', async () => {
  const { journal, write } = start();
  for (let index = 0; index < 2_500; index++) void write(`/x/${index}`);
  for (let batch = 0; batch < 3; batch++) {
    await settled();
    await journal.commit();
  }
  expect(journal.batches.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
});

test('an expectation is checked against what is accepted, though nobody can see it yet', async () => {
  const { journal, store } = start();
  const first = putText(store, '/x/1', 'one', 0);
  const second = store.put('/x/1', configMap('two'), 2);
  const stale = store.put('/x/1', configMap('stale'), 2).catch((error: unknown) => error);
  await settled();
  await journal.commit();
  expect((await first).revision).toBe(2);
  expect((await second).createRevision).toBe(2);
  expect(((await stale) as ConflictError).actual?.revision).toBe(3);
});

test('of a large batch watchers hear a turn before its writers go on', async () => {
  const { journal, store, heard, write } = start();
  let lets = () => {};
  Object.assign(journal, { gather: () => new Promise<void>((resolve) => (lets = resolve)) });
  const seen: string[] = [];
  store.watch('/x/', 1, (events) => seen.push(...events.map(({ key }) => key)));
  const keys = Array.from({ length: 20 }, (_, index) => `/x/${index}`);
  for (const key of keys) void write(key);
  lets();
  await settled();
  await journal.commit();
  expect([seen, heard]).toEqual([keys, []]);
  lets();
  await settled();
  expect(heard).toEqual(keys.map((key, index) => `${key} is ${index + 2}`));
});

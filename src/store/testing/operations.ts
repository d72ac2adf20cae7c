import fc from 'fast-check';
import { expect } from 'vitest';
import { ConflictError, type Expected, type Store, type StoreEvent } from '../store.ts';
import type { ModelStore } from './modelStore.ts';
import { configMap, textOf } from './objects.ts';

/** What a write asks for: nothing, a key that is absent, the present revision, or one that is out of date. */
type Expectation = 'nothing' | 'absent' | 'present' | 'stale';

/** One step of a random history. `age` counts revisions back from the newest. */
type Operation =
  | { kind: 'put'; key: string; text: string; expectation: Expectation }
  | { kind: 'delete'; key: string; expectation: Expectation }
  | { kind: 'putTogether'; keys: string[] }
  | { kind: 'list'; prefix: string; age: number; limit: number; after: string }
  | { kind: 'watch'; prefix: string; age: number }
  | { kind: 'compact'; age: number };

const key = fc.constantFrom('/a/1', '/a/2', '/a/b/1', '/a/b/2', '/a/c', '/ab/1', '/b/1');
const prefix = fc.constantFrom('/', '/a/', '/a/b/', '/ab/', '/none/');
const expectation = fc.constantFrom<Expectation>(
  'nothing',
  'nothing',
  'present',
  'present',
  'absent',
  'stale',
);
const after = fc.constantFrom('', '', '', '/a/1', '/a/b/', '/a/c', '/x');
const age = fc.nat(12);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('put' as const), key, text: fc.string(), expectation }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('delete' as const), key, expectation }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('putTogether' as const),
      keys: fc.array(key, { maxLength: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('list' as const),
      prefix,
      age,
      limit: fc.integer({ min: 1, max: 6 }),
      after,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('watch' as const), prefix, age }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('compact' as const), age }) },
);

/** Random histories. */
export const operations = fc.array(operation, { maxLength: 80, size: 'max' });

/** Does the same to the model and to the store, and compares all that either shows. */
export async function perform(step: Operation, model: ModelStore, store: Store): Promise<void> {
  switch (step.kind) {
    case 'put': {
      const expected = expectedRevision(step.expectation, step.key, model);
      const won = await hasWon(store.put(step.key, configMap(step.text), expected));
      expect(won).toBe(model.put(step.key, step.text, expected));
      break;
    }
    case 'delete': {
      const expected = expectedRevision(step.expectation, step.key, model);
      const won = await hasWon(store.delete(step.key, expected));
      expect(won).toBe(model.delete(step.key, expected));
      break;
    }
    case 'putTogether':
      await putTogether(step.keys, model, store);
      break;
    case 'list':
      compareList(step.prefix, revisionOf(step.age, model), step.limit, step.after, model, store);
      break;
    case 'watch':
      compareReplay(step.prefix, revisionOf(step.age, model), model, store);
      break;
    case 'compact':
      model.compact(revisionOf(step.age, model));
      await store.compact(revisionOf(step.age, model));
      break;
  }
  comparePresent(model, store);
}

/** A revision of the past that both still know. */
const revisionOf = (age: number, model: ModelStore): number =>
  Math.max(model.revision - age, model.compactedRevision, Math.min(...model.states.keys()));

function expectedRevision(expectation: Expectation, key: string, model: ModelStore): Expected {
  const actual = model.present.get(key)?.revision ?? 0;
  return { nothing: undefined, absent: 0, present: actual, stale: actual + 1_000 }[expectation];
}

async function hasWon(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(ConflictError);
    return false;
  }
}

/** Only the order in which the writes were accepted is known beforehand: that of the calls. */
async function putTogether(keys: string[], model: ModelStore, store: Store): Promise<void> {
  const stored = await Promise.all(keys.map((key) => store.put(key, configMap('together'), undefined)));
  for (const { key } of stored.toSorted((a, b) => a.revision - b.revision))
    model.put(key, 'together', undefined);
}

function compareList(
  prefix: string,
  at: number,
  limit: number,
  after: string,
  model: ModelStore,
  store: Store,
) {
  const all = model.list(prefix, at, after);
  const { items, revision, remaining } = store.list(prefix, { at, limit, after });
  expect(revision).toBe(at);
  expect(items.map(({ key, revision }) => [key, revision])).toEqual(
    all.slice(0, limit).map(([key, { revision }]) => [key, revision]),
  );
  expect(remaining).toBe(Math.max(0, all.length - limit));
}

/** Whoever lists at a revision and then follows the events arrives at the present. */
function compareReplay(prefix: string, from: number, model: ModelStore, store: Store): void {
  const events: StoreEvent[] = [];
  store.watch(prefix, from, (batch) => events.push(...batch)).stop();
  const state = new Map(model.list(prefix, from, '').map(([key, { revision }]) => [key, revision]));
  for (const { key, stored, previous, revision } of events) {
    expect(previous?.revision).toBe(state.get(key));
    expect(stored?.revision ?? revision).toBe(revision);
    if (stored) state.set(key, revision);
    else state.delete(key);
  }
  const present = new Map(
    model.list(prefix, model.revision, '').map(([key, { revision }]) => [key, revision]),
  );
  expect(state).toEqual(present);
}

function comparePresent(model: ModelStore, store: Store): void {
  expect(store.revision).toBe(model.revision);
  const shown = store
    .list('/')
    .items.map((stored) => [
      stored.key,
      { revision: stored.revision, createRevision: stored.createRevision, text: textOf(stored) },
    ]);
  expect(shown).toEqual(model.list('/', model.revision, ''));
}

import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtualClock.ts';
import { Compactor, type CompactorOptions } from './compactor.ts';
import { MemoryStore } from './memoryStore.ts';
import { configMap, pod } from './testing/objects.ts';

const MINUTE_MS = 60_000;

function start(options?: CompactorOptions) {
  const store = new MemoryStore();
  const clock = new VirtualClock();
  const compactor = new Compactor(store, clock, options);
  const change = async () => (await store.put('/a/b', configMap('x'), undefined)).revision;
  return { store, clock, compactor, change };
}

test.each([
  { title: 'a change is remembered for five minutes', setBackMs: 0 },
  { title: 'also when the hour is set back meanwhile', setBackMs: 60 * MINUTE_MS },
])('$title', async ({ setBackMs }) => {
  const { store, clock, change } = start();
  const first = await change();
  await clock.advance(3 * MINUTE_MS);
  clock.set(clock.now() - setBackMs);
  const second = await change();
  await clock.advance(2 * MINUTE_MS - 1);
  expect(store.compactedRevision).toBe(0);
  await clock.advance(1);
  expect(store.compactedRevision).toBe(first);
  await clock.advance(3 * MINUTE_MS);
  expect(store.compactedRevision).toBe(second);
});

test('steady changes are forgotten in steps, none of them early and none more than half a minute late', async () => {
  const { store, clock, change } = start();
  const changes: { revision: number; time: number }[] = [];
  for (let second = 0; second < 1_200; second += 5) {
    changes.push({ revision: await change(), time: clock.now() });
    await clock.advance(5_000);
    for (const { revision, time } of changes) {
      const ageMs = clock.now() - time;
      if (ageMs < 5 * MINUTE_MS) expect(store.compactedRevision).toBeLessThan(revision);
      else if (ageMs > 5.5 * MINUTE_MS) expect(store.compactedRevision).toBeGreaterThanOrEqual(revision);
    }
    while (changes[0]!.time < clock.now() - 6 * MINUTE_MS) changes.shift();
  }
});

test('nothing waits for a clock while nothing changes', async () => {
  const { clock, change } = start();
  expect(clock.nextTimer()).toBeUndefined();
  await change();
  await clock.advance(10 * MINUTE_MS);
  expect(clock.nextTimer()).toBeUndefined();
});

test('history that grows too large is cut to half of the limit at once', async () => {
  const { store } = start({ maxSize: 750_000 });
  for (let index = 0; index < 2_000; index++) await store.put('/a/b', pod('b'), undefined);
  const remembered = store.revision - store.compactedRevision;
  expect(remembered).toBeLessThan(520);
  expect(remembered).toBeGreaterThan(200);
});

test('history of before its start counts, and is forgotten in time', async () => {
  const store = new MemoryStore();
  const clock = new VirtualClock();
  const { revision } = await store.put('/a/b', configMap('x'), undefined);
  new Compactor(store, clock);
  await clock.advance(5 * MINUTE_MS);
  expect(store.compactedRevision).toBe(revision);
});

test('a compaction that fails is told, and stopping ends all', async () => {
  const errors: Error[] = [];
  const { store, clock, compactor, change } = start({ onError: (error) => errors.push(error) });
  await change();
  await store.close();
  await clock.advance(10 * MINUTE_MS);
  expect(errors.map(({ message }) => message)).toEqual(['Cannot write to memory: it is closed']);
  compactor.stop();
  expect(clock.nextTimer()).toBeUndefined();
});

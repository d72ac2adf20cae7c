import { expect, test } from 'vitest';
import { SeededRandom } from '../../clock/random.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { MemoryStore } from '../../store/memoryStore.ts';
import { StoreUnavailableError } from '../../store/store.ts';
import { Chance } from '../plan/chance.ts';
import { FaultyStore } from './faultyStore.ts';

const start = () => {
  const clock = new VirtualClock();
  return { clock, store: new FaultyStore(new MemoryStore(), clock) };
};
const chance = () => new Chance(new SeededRandom(1));
const object = (name: string) => ({ metadata: { name } });

test('writes that fail have taken effect, or have not', async () => {
  const { store } = start();
  store.trouble = { errorShare: 1, delayMs: 0, chance: chance() };
  const writes = Array.from({ length: 100 }, (_, number) => store.put(`/a/${number}`, object('a'), 0));
  const failures = (await Promise.allSettled(writes)).filter(
    (write) => write.status === 'rejected' && write.reason instanceof StoreUnavailableError,
  );
  expect(failures).toHaveLength(100);
  expect(store.count('/a/')).toBeGreaterThan(20);
  expect(store.count('/a/')).toBeLessThan(80);
});

test('writes that are slow take effect later', async () => {
  const { store, clock } = start();
  store.trouble = { errorShare: 0, delayMs: 500, chance: chance() };
  const write = store.put('/a/b', object('b'), 0);
  await clock.advance(499);
  expect(store.get('/a/b')).toBeUndefined();
  await clock.advance(1);
  await write;
  expect(store.get('/a/b')).toBeDefined();
});

test('a flood at one moment is told of once, and stopped', async () => {
  const { store, clock } = start();
  let floods = 0;
  store.onFlood = () => floods++;
  let written = 0;
  for (let number = 0; number < 6000; number++)
    void store.put('/a/b', object('b'), undefined).then(() => written++);
  await clock.settle();
  expect(floods).toBe(1);
  expect(written).toBe(4999);
});

import { expect, test } from 'vitest';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { LONGEST_WINDOW_MS, Meter, SHORTEST_WINDOW_MS } from './meter.ts';

/** A machine that is counted on the clock, with how often it was looked at. */
function machine({ nanoCores }: { nanoCores?: number } = {}) {
  const clock = new VirtualClock();
  const looked: number[] = [];
  const start = clock.elapsed();
  const cpu = () => ({
    coreNanoseconds: (clock.elapsed() - start) * 1000,
    ...(nanoCores !== undefined && { nanoCores }),
  });
  const usage = () => ({ at: clock.elapsed(), cpu: cpu(), memory: { workingSet: 1 } });
  const meter = new Meter(clock, {
    host: async () => usage(),
    containers: async () => {
      looked.push(clock.elapsed() - start);
      return [{ containerId: 'c1', ...usage() }];
    },
  });
  return { clock, meter, looked };
}

test('nobody looks before somebody asks', async () => {
  const { clock, looked } = machine();
  await clock.advance(3_600_000);
  expect(looked).toEqual([]);
  expect(clock.nextTimer()).toBeUndefined();
});

test('who asks first gets a second look soon after the first', async () => {
  const { clock, meter, looked } = machine();
  const asked = meter.looks();
  await clock.advance(SHORTEST_WINDOW_MS);
  const { latest, before } = await asked;
  expect(latest.at - before!.at).toBe(SHORTEST_WINDOW_MS);
  expect(looked).toEqual([0, SHORTEST_WINDOW_MS]);
});

test('many who ask together share the looks', async () => {
  const { clock, meter, looked } = machine();
  const asked = Promise.all([meter.looks(), meter.looks(), meter.look()]);
  await clock.advance(SHORTEST_WINDOW_MS);
  const [first, second] = await asked;
  expect(first).toEqual(second);
  expect(looked).toEqual([0, SHORTEST_WINDOW_MS]);
});

test.each([
  ['a moment later gets the same again', SHORTEST_WINDOW_MS / 2, 0, SHORTEST_WINDOW_MS],
  ['a while later gets all of that while', 15_000, 1, 15_000],
  ['long after waits for two new looks', LONGEST_WINDOW_MS + 1, 2, SHORTEST_WINDOW_MS],
])('who asks again %s', async (_title, pauseMs, looks, windowMs) => {
  const { clock, meter, looked } = machine();
  const first = meter.looks();
  await clock.advance(SHORTEST_WINDOW_MS);
  await first;
  looked.length = 0;
  await clock.advance(pauseMs);
  const asked = meter.looks();
  if (looks > 1) await clock.advance(SHORTEST_WINDOW_MS);
  const { latest, before } = await asked;
  expect(looked).toHaveLength(looks);
  expect(latest.at - before!.at).toBe(windowMs);
});

test('where rates are known nobody waits', async () => {
  const { meter, looked } = machine({ nanoCores: 5 });
  const { latest, before } = await meter.looks();
  expect(latest.host.cpu.nanoCores).toBe(5);
  expect(before).toBeUndefined();
  expect(looked).toHaveLength(1);
});

test('a look that failed is no look', async () => {
  const clock = new VirtualClock();
  let isDown = true;
  const host = async () => ({ at: 0, cpu: { coreNanoseconds: 0, nanoCores: 0 }, memory: { workingSet: 0 } });
  const meter = new Meter(clock, {
    host,
    containers: async () => {
      if (isDown) throw new Error('the runtime is down');
      return [];
    },
  });
  await expect(meter.looks()).rejects.toThrow('the runtime is down');
  isDown = false;
  await expect(meter.look()).resolves.toMatchObject({ containers: new Map() });
});

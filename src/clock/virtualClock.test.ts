import { expect, test } from 'vitest';
import { callEvery, delay } from './clock.ts';
import { VIRTUAL_EPOCH, VirtualClock } from './virtualClock.ts';

test('time moves from timer to timer, and stands where it was told to', async () => {
  const clock = new VirtualClock();
  const seen: number[] = [];
  for (const after of [30, 10, 20])
    clock.callAt(VIRTUAL_EPOCH + after, () => seen.push(clock.now() - VIRTUAL_EPOCH));
  await clock.advance(25);
  expect(seen).toEqual([10, 20]);
  expect(clock.now() - VIRTUAL_EPOCH).toBe(25);
});

test('what a timer starts is done before the next one', async () => {
  const clock = new VirtualClock();
  const steps: string[] = [];
  const work = async (name: string) => {
    steps.push(`${name} begins`);
    await delay(clock, 5);
    steps.push(`${name} ends`);
  };
  clock.callAt(VIRTUAL_EPOCH + 1, () => void work('a'));
  clock.callAt(VIRTUAL_EPOCH + 10, () => void work('b'));
  await clock.advance(60_000);
  expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('a period ticks until it is cancelled', async () => {
  const clock = new VirtualClock();
  let ticks = 0;
  const cancel = callEvery(clock, 10, () => ticks++);
  await clock.advance(35);
  cancel();
  await clock.advance(100);
  expect(ticks).toBe(3);
});

test('it runs until a condition holds, and says when it never does', async () => {
  const clock = new VirtualClock();
  let count = 0;
  callEvery(clock, 1_000, () => count++);
  expect(await clock.runUntil(() => count === 3)).toBe(true);
  expect(clock.now() - VIRTUAL_EPOCH).toBe(3_000);
  expect(await clock.runUntil(() => count < 0, 10_000)).toBe(false);
});

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

test('what was set back is no waiting: delays take as long as ever, dates wait for their hour', async () => {
  const clock = new VirtualClock();
  const started = clock.elapsed();
  const woken: string[] = [];
  const note = (name: string) => woken.push(`${name} after ${clock.elapsed() - started}`);
  clock.callAt(VIRTUAL_EPOCH + 5_000, () => note('date'));
  clock.callIn(5_000, () => note('delay'));
  await clock.advance(2_000);
  clock.set(clock.now() - 120_000);
  clock.callIn(1_000, () => note('later delay'));
  await clock.advance(200_000);
  expect(woken).toEqual(['later delay after 3000', 'delay after 5000', 'date after 125000']);
});

test('a date that had passed is woken at once, also when the hour is set back before that', async () => {
  const clock = new VirtualClock();
  let isWoken = false;
  clock.callAt(VIRTUAL_EPOCH - 60_000, () => {
    isWoken = true;
  });
  clock.set(VIRTUAL_EPOCH - 30_000);
  await clock.advance(0);
  expect(isWoken).toBe(true);
});

test.each([
  { jumpMs: -120_000, want: 0 },
  { jumpMs: 120_000, want: 120_000 },
  { jumpMs: 0, want: 0 },
])('an hour that is set by $jumpMs ms lets $want ms elapse', ({ jumpMs, want }) => {
  const clock = new VirtualClock();
  const before = clock.elapsed();
  clock.set(clock.now() + jumpMs);
  expect(clock.elapsed() - before).toBe(want);
});

test('it advances by as much as asked, also when the hour is set back on the way', async () => {
  const clock = new VirtualClock();
  const begun = clock.elapsed();
  let ticks = 0;
  callEvery(clock, 1_000, () => ticks++);
  clock.callIn(2_500, () => clock.set(clock.now() - 3_600_000));
  await clock.advance(10_000);
  expect(ticks).toBe(10);
  expect(clock.elapsed() - begun).toBe(10_000);
});

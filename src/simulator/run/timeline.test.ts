import { expect, test } from 'vitest';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { Timeline } from './timeline.ts';

const timelineOf = (clock: VirtualClock) => new Timeline(clock, { onTimer: () => {}, isOver: () => false });

test('what has to end does so at its time by the stopwatch, though the clock jumps', async () => {
  const clock = new VirtualClock();
  const timeline = timelineOf(clock);
  const ended: number[] = [];
  for (const after of [30_000, 10_000]) timeline.endIn(after, () => ended.push(timeline.elapsed));
  await timeline.advanceTo(15_000);
  clock.set(clock.now() + 3_600_000);
  timeline.jumped(3_600_000);
  await timeline.advanceTo(60_000);
  expect(ended).toEqual([10_000, 30_000]);
  expect(timeline.elapsed).toBe(60_000);
});

test('it knows how far the hour is behind what it has been', async () => {
  const clock = new VirtualClock();
  const timeline = timelineOf(clock);
  const jump = (ms: number) => {
    clock.set(clock.now() + ms);
    timeline.jumped(ms);
  };
  await timeline.advanceTo(60_000);
  jump(600_000);
  expect(timeline.behindMs).toBe(0);
  jump(-900_000);
  jump(-60_000);
  expect(timeline.behindMs).toBe(960_000);
  await timeline.advanceBy(900_000);
  expect(timeline.behindMs).toBe(60_000);
  await timeline.advanceBy(900_000);
  expect(timeline.behindMs).toBe(0);
});

test('what has not ended yet ends when all is over', async () => {
  const timeline = timelineOf(new VirtualClock());
  let isEnded = false;
  timeline.endIn(30_000, () => {
    isEnded = true;
  });
  await timeline.advanceTo(10_000);
  timeline.endAll();
  expect(isEnded).toBe(true);
});

test('what is added on the way ends at its time, once, though it ends before what was to be next', async () => {
  const clock = new VirtualClock();
  const timeline = timelineOf(clock);
  const ended: string[] = [];
  const endIn = (after: number, name: string) =>
    timeline.endIn(after, () => ended.push(`${name} at ${timeline.elapsed}`));
  endIn(20_000, 'first');
  clock.callAt(clock.now() + 5_000, () => endIn(2_000, 'second'));
  clock.callAt(clock.now() + 9_000, () => {});
  await timeline.advanceTo(30_000);
  expect(ended).toEqual(['second at 7000', 'first at 20000']);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimerHeap } from './timerHeap.ts';

test('timers come by time, and those of one time in the order in which they were added', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ time: fc.nat(20), isCancelled: fc.boolean() })), (timers) => {
      const heap = new TimerHeap();
      const woken: number[] = [];
      const cancels = timers.map(({ time }, index) => heap.add(time, () => woken.push(index), 'date'));
      for (const [index, { isCancelled }] of timers.entries()) if (isCancelled) cancels[index]!();
      for (let timer = heap.pop(); timer; timer = heap.pop()) timer.wake();
      const want = timers
        .map((timer, index) => ({ ...timer, index }))
        .filter(({ isCancelled }) => !isCancelled)
        .sort((a, b) => a.time - b.time || a.index - b.index);
      expect(woken).toEqual(want.map(({ index }) => index));
    }),
  );
});

test('only what is due is taken', () => {
  const heap = new TimerHeap();
  for (const time of [30, 10, 20]) heap.add(time, () => {}, 'date');
  expect(heap.popDue(20).map(({ time }) => time)).toEqual([10, 20]);
  expect(heap.peek()?.time).toBe(30);
});

test('one that is cancelled by another of its time does not wake', () => {
  const heap = new TimerHeap();
  const woken: string[] = [];
  let cancel = () => {};
  heap.add(1, () => cancel(), 'date');
  cancel = heap.add(1, () => woken.push('cancelled'), 'date');
  for (const timer of heap.popDue(1)) timer.wake();
  expect(woken).toEqual([]);
});

test('cancelled timers do not pile up, and the others stay', () => {
  const heap = new TimerHeap();
  const far = Array.from({ length: 100 }, (_, index) => 1_000_000 + index);
  for (const time of far.toReversed()) heap.add(time, () => {}, 'date');
  for (let index = 0; index < 5_000; index++) heap.add(500_000 + index, () => {}, 'date')();
  expect(heap.popDue(2_000_000).map(({ time }) => time)).toEqual(far);
});

test('when the hour is set back, delays end that much earlier by it, and dates stay', () => {
  const timer = fc.record({
    time: fc.nat(20),
    kind: fc.constantFrom('date' as const, 'delay' as const),
    isCancelled: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(timer), fc.nat(20), (timers, by) => {
      const heap = new TimerHeap();
      const woken: number[] = [];
      const cancels = timers.map(({ time, kind }, index) => heap.add(time, () => woken.push(index), kind));
      for (const [index, { isCancelled }] of timers.entries()) if (isCancelled) cancels[index]!();
      heap.shiftDelays(by);
      for (let next = heap.pop(); next; next = heap.pop()) next.wake();
      const want = timers
        .map(({ time, kind, isCancelled }, index) => ({
          time: kind === 'delay' ? time - by : time,
          isCancelled,
          index,
        }))
        .filter(({ isCancelled }) => !isCancelled)
        .sort((a, b) => a.time - b.time || a.index - b.index);
      expect(woken).toEqual(want.map(({ index }) => index));
    }),
  );
});

import { expect, test } from 'vitest';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { FailedDaemons } from './failedDaemons.ts';

const MINUTE = 60_000;
const owner = (generation: number) => ({ metadata: { uid: 'ds', generation } });

/** How long the last of failures at these times has to wait, in milliseconds. */
function waitAfter(times: readonly number[], generations: readonly number[] = []): number {
  const clock = new VirtualClock(0);
  const failed = new FailedDaemons(clock);
  times.forEach((time, i) => {
    clock.set(time);
    failed.note(owner(generations[i] ?? 1), 'n1');
  });
  const last = failed.of(owner(generations[times.length - 1] ?? 1)).get('n1');
  return (last?.retryAt ?? 0) - (times.at(-1) ?? 0);
}
/** As often as it takes for the longest wait. */
const oftenUntil = (time: number) => [...Array<number>(11).fill(0), time];

const cases: Record<string, { times: number[]; generations?: number[]; want: number }> = {
  'the first waits a second': { times: [0], want: 1_000 },
  'each further one twice as long': { times: [0, 1_000, 3_000], want: 4_000 },
  'at most a quarter of an hour': { times: oftenUntil(0), want: 15 * MINUTE },
  'it is remembered for half an hour': { times: oftenUntil(30 * MINUTE), want: 15 * MINUTE },
  'and no longer, however long it had to wait': { times: oftenUntil(30 * MINUTE + 1), want: 1_000 },
  'a new generation begins anew': { times: [0, 1_000, 3_000], generations: [1, 1, 2], want: 1_000 },
};
for (const [name, { times, generations, want }] of Object.entries(cases)) {
  test(name, () => expect(waitAfter(times, generations)).toBe(want));
}

test('what the last generation did is nothing that the next waits for', () => {
  const failed = new FailedDaemons(new VirtualClock());
  failed.note(owner(1), 'n1');
  expect(failed.of(owner(2)).size).toBe(0);
});

test('the wait takes no longer when the hour is set back', () => {
  const clock = new VirtualClock();
  const failed = new FailedDaemons(clock);
  failed.note(owner(1), 'n1');
  clock.set(clock.now() - 120_000);
  expect(failed.of(owner(1)).get('n1')?.retryAt).toBe(clock.now() + 1_000);
});

import { expect, test } from 'vitest';
import { uidOf } from '../../apimachinery/object.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { NOW } from '../testing/builders.ts';
import { aJob, aJobPod } from '../testing/jobs.ts';
import { nextPodAt } from './backoff.ts';
import { PodEnds } from './podEnds.ts';

const job = aJob({ completions: 5 });
const ended = (name: string, state: 'failed' | 'succeeded', forSeconds: number) =>
  aJobPod(name, { state, counted: true, exitCode: state === 'failed' ? 1 : 0, forSeconds });

/** How many seconds the job waits for its next pod when the hour is set by so much, after these pods were seen and before those. */
function waitSeconds(
  setBySeconds: number,
  before: Parameters<typeof ended>[],
  after: Parameters<typeof ended>[] = [],
) {
  const clock = new VirtualClock(NOW);
  const ends = new PodEnds(clock);
  ends.note(
    job,
    before.map((pod) => ended(...pod)),
  );
  clock.set(clock.now() + setBySeconds * 1000);
  ends.note(
    job,
    [...before, ...after].map((pod) => ended(...pod)),
  );
  return Math.max(0, (nextPodAt(job, ends.of(uidOf(job))) - clock.now()) / 1000);
}

test.each([
  {
    title: 'a failure of three seconds ago lets the job wait seven more',
    waits: waitSeconds(0, [['a', 'failed', 3]]),
    want: 7,
  },
  {
    title: 'the wait goes on when the hour is set back',
    waits: waitSeconds(-120, [['a', 'failed', 3]]),
    want: 7,
  },
  { title: 'and is over when it is set forward', waits: waitSeconds(120, [['a', 'failed', 3]]), want: 0 },
  {
    title: 'a failure that is first seen after the hour was set back waits its own length at most',
    waits: waitSeconds(-120, [], [['a', 'failed', 3]]),
    want: 10,
  },
  {
    title: 'a failure after a success makes the job wait, also when the hour was set back between them',
    waits: waitSeconds(-120, [['a', 'succeeded', 2]], [['b', 'failed', 121]]),
    want: 9,
  },
  {
    title: 'a success after failures ends the row, also when the hour was set back between them',
    waits: waitSeconds(-120, [['a', 'failed', 2]], [['b', 'succeeded', 121]]),
    want: 0,
  },
])('$title', ({ waits, want }) => {
  expect(waits).toBe(want);
});

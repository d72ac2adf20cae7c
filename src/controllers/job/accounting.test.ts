import { expect, test } from 'vitest';
import {
  aJob,
  aJobPod,
  conditionsAfter,
  exits,
  indexed,
  isTrue,
  statusAfter,
  work,
} from '../testing/jobs.ts';

test('what a policy ignores does not count towards the limit', () => {
  const job = aJob({ backoffLimit: 0, ...exits(42, 'Ignore') });
  const pods = [aJobPod('a', { state: 'failed', exitCode: 42 })];
  expect(conditionsAfter(job, pods)).toEqual([]);
  expect(statusAfter(job, pods).uncountedTerminatedPods).toEqual({});
});

test('a failed job counts the pods that it stopped, a job with enough successes does not', () => {
  const stopped = [aJobPod('a', { deleting: true })];
  const failing = aJob({}, { failed: 7, conditions: [isTrue('FailureTarget')] });
  expect(statusAfter(failing, stopped).uncountedTerminatedPods).toEqual({ failed: ['uid-a'] });
  const succeeding = aJob(indexed(2), { conditions: [isTrue('SuccessCriteriaMet', 'SuccessPolicy')] });
  const leftOver = [aJobPod('a', { deleting: true, index: 1 })];
  expect(statusAfter(succeeding, leftOver).uncountedTerminatedPods).toEqual({});
});

test('uids enter the books, and become counts when their finalizers are gone', () => {
  const first = aJob({ completions: 3 });
  const pods = [aJobPod('a', { state: 'succeeded' }), aJobPod('b', { state: 'failed' })];
  const booked = statusAfter(first, pods);
  expect(booked.uncountedTerminatedPods).toEqual({ succeeded: ['uid-a'], failed: ['uid-b'] });
  const released = [
    aJobPod('a', { state: 'succeeded', counted: true }),
    aJobPod('b', { state: 'failed', counted: true }),
  ];
  const { succeeded, failed, uncountedTerminatedPods } = statusAfter({ ...first, status: booked }, released);
  expect({ succeeded, failed, uncountedTerminatedPods }).toEqual({
    succeeded: 1,
    failed: 1,
    uncountedTerminatedPods: {},
  });
});

test('pods that vanish after they entered the books stay counted (case 17)', () => {
  const job = aJob({ completions: 3 }, { uncountedTerminatedPods: { succeeded: ['x'], failed: ['y'] } });
  const { succeeded, failed } = statusAfter(job, []);
  expect({ succeeded, failed }).toEqual({ succeeded: 1, failed: 1 });
});

test('the books hold at most 500 uids', () => {
  const pods = Array.from({ length: 1200 }, (_, i) => aJobPod(`p${i}`, { state: 'succeeded' }));
  const job = aJob({ completions: 2000, parallelism: 10 });
  expect(statusAfter(job, pods).uncountedTerminatedPods?.succeeded?.length).toBe(500);
  expect(work(job, pods).filter((words) => words.startsWith('removeFinalizer')).length).toBe(500);
});

test('indexes beyond a lowered number of completions are no longer counted (case 18)', () => {
  const job = aJob(indexed(3), { succeeded: 4, completedIndexes: '0,2-4' });
  const { succeeded, completedIndexes } = statusAfter(job, []);
  expect({ succeeded, completedIndexes }).toEqual({ succeeded: 2, completedIndexes: '0,2' });
});

import { expect, test } from 'vitest';
import type { Job, Pod } from '../../generated/types.ts';
import { ago } from '../testing/builders.ts';
import {
  aJob,
  aJobPod,
  announcements,
  conditionsAfter,
  exits,
  indexed,
  isTrue,
  running,
  statusAfter,
} from '../testing/jobs.ts';

const endings: Record<string, { job: Job; pods?: Pod[]; want: string[] }> = {
  'a job whose last pod succeeded is about to be complete': {
    job: aJob(),
    pods: [aJobPod('a', { state: 'succeeded' })],
    want: ['SuccessCriteriaMet=True CompletionsReached'],
  },
  'and is complete when everything is in the books': {
    job: aJob({}, { succeeded: 1, conditions: [isTrue('SuccessCriteriaMet', 'CompletionsReached')] }),
    want: ['SuccessCriteriaMet=True CompletionsReached', 'Complete=True CompletionsReached'],
  },
  'but not while a pod still terminates': {
    job: aJob({}, { succeeded: 1, conditions: [isTrue('SuccessCriteriaMet', 'CompletionsReached')] }),
    pods: [aJobPod('a', { counted: true, deleting: true })],
    want: ['SuccessCriteriaMet=True CompletionsReached'],
  },
  'a work queue is done when one pod succeeded and the others have ended': {
    job: aJob({ parallelism: 2 }, { succeeded: 1, failed: 1 }),
    want: ['SuccessCriteriaMet=True CompletionsReached', 'Complete=True CompletionsReached'],
  },
  'one failure more than backoffLimit fails the job': {
    job: aJob({ backoffLimit: 2 }, { failed: 2 }),
    pods: [aJobPod('a', { state: 'failed' })],
    want: ['FailureTarget=True BackoffLimitExceeded'],
  },
  'restarts count as failures with restartPolicy OnFailure (case 23)': {
    job: aJob({
      backoffLimit: 2,
      template: { metadata: {}, spec: { restartPolicy: 'OnFailure', containers: [] } },
    }),
    pods: [
      aJobPod('a', {
        status: { containerStatuses: [{ name: 'm', image: '', imageID: '', ready: true, restartCount: 2 }] },
      }),
    ],
    want: ['FailureTarget=True BackoffLimitExceeded'],
  },
  'the deadline counts from the start (case 24)': {
    job: aJob({ activeDeadlineSeconds: 60 }),
    pods: running('a'),
    want: ['FailureTarget=True DeadlineExceeded'],
  },
  'the deadline does not count while suspended': {
    job: aJob({ activeDeadlineSeconds: 1, suspend: true }),
    want: ['Suspended=True JobSuspended'],
  },
  'FailJob fails it at the first matching exit code': {
    job: aJob(exits(42, 'FailJob')),
    pods: [aJobPod('a', { state: 'failed', exitCode: 42 })],
    want: ['FailureTarget=True PodFailurePolicy'],
  },
  'an exit code of 0 never matches (case 22)': {
    job: aJob({
      podFailurePolicy: {
        rules: [{ action: 'FailJob', onExitCodes: { operator: 'NotIn', values: [42] } }],
      },
    }),
    pods: [aJobPod('a', { state: 'failed', exitCode: 0 })],
    want: [],
  },
  'a pending pod that is being deleted is not judged before it has ended (case 22)': {
    job: aJob({
      podFailurePolicy: {
        rules: [{ action: 'FailJob', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
      },
    }),
    pods: [
      aJobPod('a', {
        state: 'pending',
        deleting: true,
        status: { conditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      }),
    ],
    want: [],
  },
  'more failed indexes than allowed fail the job': {
    job: aJob(indexed(3, { backoffLimitPerIndex: 0, maxFailedIndexes: 0 })),
    pods: [aJobPod('a', { index: 0, state: 'failed' })],
    want: ['FailureTarget=True MaxFailedIndexesExceeded'],
  },
  'failed indexes fail the job when all have ended': {
    job: aJob(indexed(2, { backoffLimitPerIndex: 0 }), { succeeded: 1, completedIndexes: '1' }),
    pods: [aJobPod('a', { index: 0, state: 'failed' })],
    want: ['FailureTarget=True FailedIndexes'],
  },
  'FailIndex gives an index up at once': {
    job: aJob(indexed(1, { backoffLimitPerIndex: 5, ...exits(42, 'FailIndex') })),
    pods: [aJobPod('a', { index: 0, state: 'failed', exitCode: 42 })],
    want: ['FailureTarget=True FailedIndexes'],
  },
  'a success policy ends the job while others run': {
    job: aJob(indexed(3, { successPolicy: { rules: [{ succeededIndexes: '0,2', succeededCount: 1 }] } })),
    pods: [aJobPod('a', { index: 0, state: 'succeeded' }), aJobPod('b', { index: 1 })],
    want: ['SuccessCriteriaMet=True SuccessPolicy'],
  },
  'a success policy that other indexes meet is not met': {
    job: aJob(indexed(3, { successPolicy: { rules: [{ succeededIndexes: '0,2', succeededCount: 1 }] } })),
    pods: [
      aJobPod('a', { index: 1, state: 'succeeded' }),
      aJobPod('b', { index: 0 }),
      aJobPod('c', { index: 2 }),
    ],
    want: [],
  },
  'a success policy that names no index is never met': {
    job: aJob(indexed(3, { successPolicy: { rules: [{ succeededIndexes: '' }] } })),
    pods: [aJobPod('a', { index: 0, state: 'succeeded' }), ...running('b')],
    want: [],
  },
  'nor is one that asks for no success, before there is one': {
    job: aJob(indexed(3, { successPolicy: { rules: [{ succeededCount: 0 }] } })),
    pods: [aJobPod('a', { index: 0 }), aJobPod('b', { index: 1 }), aJobPod('c', { index: 2 })],
    want: [],
  },
  'a success policy that names indexes beyond the end is not met by others': {
    job: aJob(indexed(2, { successPolicy: { rules: [{ succeededIndexes: '2-4' }] } })),
    pods: [aJobPod('a', { index: 0, state: 'succeeded' }), aJobPod('b', { index: 1 })],
    want: [],
  },
  'of a success policy that counts on more than a shrunken job has, all that is left are enough': {
    job: aJob(indexed(2, { successPolicy: { rules: [{ succeededIndexes: '1-4', succeededCount: 3 }] } })),
    pods: [aJobPod('a', { index: 0 }), aJobPod('b', { index: 1, state: 'succeeded' })],
    want: ['SuccessCriteriaMet=True SuccessPolicy'],
  },
  'a job without anything to complete is complete': {
    job: aJob({ completions: 0, parallelism: 1 }),
    want: ['SuccessCriteriaMet=True CompletionsReached', 'Complete=True CompletionsReached'],
  },
};
for (const [name, { job, pods = [], want }] of Object.entries(endings)) {
  test(name, () => expect(conditionsAfter(job, pods)).toEqual(want));
}

test('a pod failure policy says which container of which pod matched which rule', () => {
  const message = statusAfter(aJob(exits(42, 'FailJob')), [aJobPod('a', { state: 'failed', exitCode: 42 })])
    .conditions?.[0]?.message;
  expect(message).toBe(
    'Container main for pod default/a failed with exit code 42 matching FailJob rule at index 0',
  );
});

test('a suspended job has no start, and starts anew when it is resumed (case 21)', () => {
  const suspended = aJob({ suspend: true });
  expect(statusAfter(suspended, []).startTime).toBeUndefined();
  expect(announcements(suspended, [])).toEqual(['Suspended: Job suspended']);
  const resumed = aJob({}, { conditions: [isTrue('Suspended', 'JobSuspended')] });
  expect(statusAfter(resumed, []).startTime).toBe(ago(0));
  expect(conditionsAfter(resumed, [])).toEqual(['Suspended=False JobResumed']);
  expect(announcements(resumed, [])).toEqual(['Resumed: Job resumed']);
});

test('a suspended job that fails has a start all the same: the API asks for one', () => {
  const job = aJob({ suspend: true, backoffLimit: 0 }, { failed: 1, conditions: [isTrue('Suspended')] });
  const { startTime: _, ...status } = job.status!;
  expect(statusAfter({ ...job, status }, []).startTime).toBe(ago(0));
});

test('a condition in the words of somebody else is told anew', () => {
  const job = aJob(
    { suspend: true },
    { conditions: [isTrue('Suspended', 'JobSuspended', 'Paused by hand')] },
  );
  expect(statusAfter(job, []).conditions?.map(({ message }) => message)).toEqual(['Job suspended']);
});

test('a suspended job that has nothing to do is complete, and has never begun', () => {
  const job = aJob({ suspend: true, completions: 0, parallelism: 1 });
  const { startTime: _, ...status } = job.status!;
  const after = statusAfter({ ...job, status }, []);
  expect(after.conditions?.map(({ type }) => type)).toEqual(['SuccessCriteriaMet', 'Complete']);
  expect([after.startTime, after.completionTime]).toEqual([undefined, ago(0)]);
});

test('the ends are told', () => {
  const done = aJob({}, { succeeded: 1, conditions: [isTrue('SuccessCriteriaMet', 'CompletionsReached')] });
  expect(announcements(done, [])).toEqual(['Completed: Job completed']);
  const failed = aJob({ backoffLimit: 0 }, { failed: 1 });
  expect(announcements(failed, [])).toEqual([
    'BackoffLimitExceeded: Job has reached the specified backoff limit',
  ]);
});

test('a job that is complete before it began, since the hour was set back, says that it took no time (case 5)', () => {
  const conditions = [isTrue('SuccessCriteriaMet', 'CompletionsReached')];
  const done = (startTime: string) => aJob({}, { succeeded: 1, conditions, startTime });
  expect(statusAfter(done(ago(60)), []).completionTime).toBe(ago(0));
  expect(statusAfter(done(ago(-600)), []).completionTime).toBe(ago(-600));
});

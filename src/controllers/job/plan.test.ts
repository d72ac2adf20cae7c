import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Job, Pod } from '../../generated/types.ts';
import { ago, held, NOW } from '../testing/builders.ts';
import { aJob, aJobPod, inWords, isTrue } from '../testing/jobs.ts';
import type { Action } from './actions.ts';
import { planJob } from './plan.ts';

const actionsOf = (job: Job, pods: readonly Pod[]): readonly Action[] =>
  planJob({ kind: 'job', job, pods: held(pods) }, NOW).stages.flat();
const statusAfter = (job: Job, pods: readonly Pod[]) => {
  const write = actionsOf(job, pods).find((action) => action.kind === 'updateStatus');
  return write?.kind === 'updateStatus' ? write.status : (job.status ?? {});
};
const conditionsAfter = (job: Job, pods: readonly Pod[]) =>
  (statusAfter(job, pods).conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`);
const announcements = (job: Job, pods: readonly Pod[]) =>
  actionsOf(job, pods).flatMap((action) =>
    action.kind === 'updateStatus'
      ? action.announce.map(({ reason, message }) => `${reason}: ${message}`)
      : [],
  );
const work = (job: Job, pods: readonly Pod[]) =>
  actionsOf(job, pods)
    .map(inWords)
    .filter((words) => words !== 'write status');

const running = (...names: string[]) => names.map((name) => aJobPod(name));
const indexed = (completions: number, rest: object = {}) => ({
  completionMode: 'Indexed',
  completions,
  parallelism: completions,
  ...rest,
});
const exits = (code: number, action: string) => ({
  podFailurePolicy: { rules: [{ action, onExitCodes: { operator: 'In', values: [code] } }] },
});

const cases: Record<string, { job: Job; pods?: Pod[]; want: string[] }> = {
  'as many pods are made as may run at once': {
    job: aJob({ parallelism: 2, completions: 6 }),
    want: ['create', 'create'],
  },
  'no more are made than completions are left': {
    job: aJob({ parallelism: 4, completions: 6 }, { succeeded: 5 }),
    want: ['create'],
  },
  'a pod that runs is counted with them': {
    job: aJob({ parallelism: 2, completions: 6 }),
    pods: running('a'),
    want: ['create'],
  },
  'a lower parallelism takes away the pods that are least far along': {
    job: aJob({ parallelism: 1, completions: 6 }),
    pods: [aJobPod('ready', { node: 'n' }), aJobPod('starting', { state: 'pending', node: 'n' })],
    want: ['removePod starting'],
  },
  'an ended pod goes into the books, then its finalizer goes': {
    job: aJob(),
    pods: [aJobPod('a', { state: 'succeeded' })],
    want: ['removeFinalizer a'],
  },
  'a pod whose finalizer is gone is left alone': {
    job: aJob({ completions: 2 }, { succeeded: 1 }),
    pods: [aJobPod('a', { state: 'succeeded', counted: true }), ...running('b')],
    want: [],
  },
  'a failed pod is replaced after ten seconds': {
    job: aJob({}, { failed: 1 }),
    pods: [aJobPod('a', { state: 'failed', counted: true, exitCode: 1, forSeconds: 10 })],
    want: ['create'],
  },
  'and not before': {
    job: aJob({}, { failed: 1 }),
    pods: [aJobPod('a', { state: 'failed', counted: true, exitCode: 1, forSeconds: 9 })],
    want: [],
  },
  'the wait doubles with each failure in a row': {
    job: aJob({}, { failed: 3 }),
    pods: [50, 40, 39].map((forSeconds) =>
      aJobPod(`a${forSeconds}`, { state: 'failed', counted: true, exitCode: 1, forSeconds }),
    ),
    want: [],
  },
  'a success ends the row': {
    job: aJob({ completions: 5 }, { failed: 2, succeeded: 1 }),
    pods: [
      ...[50, 40].map((forSeconds) =>
        aJobPod(`a${forSeconds}`, { state: 'failed', counted: true, exitCode: 1, forSeconds }),
      ),
      aJobPod('b', { state: 'succeeded', counted: true, exitCode: 0, forSeconds: 1 }),
    ],
    want: ['create'],
  },
  'a pod that the job itself removed is no failure': {
    job: aJob(),
    pods: [aJobPod('a', { state: 'failed', counted: true, deleting: true, exitCode: 137, forSeconds: 1 })],
    want: ['create'],
  },
  'a pod of a lost node is replaced while it still terminates': {
    job: aJob({}, { failed: 1 }),
    pods: [aJobPod('a', { counted: true, deleting: true, forSeconds: 60 })],
    want: ['create'],
  },
  'with podReplacementPolicy Failed it is not before it has ended (cases 19 and 25)': {
    job: aJob({ podReplacementPolicy: 'Failed' }),
    pods: [aJobPod('a', { deleting: true })],
    want: [],
  },
  'a work queue makes no pod once one has succeeded': {
    job: aJob({ parallelism: 3 }),
    pods: [aJobPod('a', { state: 'succeeded' }), ...running('b')],
    want: ['removeFinalizer a'],
  },
  'a suspended job gives up its pods': {
    job: aJob({ suspend: true, parallelism: 2, completions: 2 }),
    pods: running('a', 'b'),
    want: ['removePod b', 'removePod a'],
  },
  'a job that somebody else manages is left to them': {
    job: aJob({ managedBy: 'example.com/queue' }),
    want: [],
  },
  'a job that is being deleted makes nothing, and holds no pod back (case 16)': {
    job: { ...aJob(), metadata: { ...aJob().metadata, deletionTimestamp: ago(1) } },
    pods: running('a'),
    want: ['removeFinalizer a'],
  },
  'a finished job holds no pod back (case 16)': {
    job: aJob({}, { conditions: [isTrue('SuccessCriteriaMet'), isTrue('Complete')] }),
    pods: [aJobPod('a', { state: 'succeeded' })],
    want: ['removeFinalizer a'],
  },
  'a failed job stops what still runs': {
    job: aJob({ backoffLimit: 0, parallelism: 2, completions: 2 }),
    pods: [aJobPod('a', { state: 'failed' }), ...running('b')],
    want: ['removeFinalizer a', 'stopPod b'],
  },
  'a foreign condition FailureTarget=False ends nothing (case 20)': {
    job: aJob({}, { conditions: [{ type: 'FailureTarget', status: 'False' }] }),
    pods: running('a'),
    want: [],
  },
  'every index gets a pod of its own': {
    job: aJob(indexed(3)),
    pods: [aJobPod('b', { index: 1 })],
    want: ['create #0', 'create #2'],
  },
  'an index that succeeded does not run again, though its pod is deleted (case 18)': {
    job: aJob(indexed(3), { succeeded: 1, completedIndexes: '1' }),
    want: ['create #0', 'create #2'],
  },
  'of two pods with one index the one that is further along stays (case 18)': {
    job: aJob(indexed(2)),
    pods: [
      aJobPod('a', { index: 0, state: 'pending' }),
      aJobPod('b', { index: 0 }),
      aJobPod('c', { index: 1 }),
    ],
    want: ['removePod a'],
  },
  'pods beyond a lowered number of completions go': {
    job: aJob(indexed(1)),
    pods: [aJobPod('a', { index: 0 }), aJobPod('b', { index: 1 })],
    want: ['removePod b'],
  },
  'a terminating pod holds its index with podReplacementPolicy Failed (case 19)': {
    job: aJob(indexed(2, { podReplacementPolicy: 'Failed' })),
    pods: [aJobPod('a', { index: 0, deleting: true })],
    want: ['create #1'],
  },
  'an index that fails within its limit runs again, and its pod keeps the count until then': {
    job: aJob(indexed(2, { backoffLimitPerIndex: 1 })),
    pods: [aJobPod('a', { index: 0, state: 'failed', exitCode: 1 }), aJobPod('b', { index: 1 })],
    want: ['create #0'],
  },
  'an index that waits for its retry does not hold up the others': {
    job: aJob(indexed(2, { backoffLimitPerIndex: 1 })),
    pods: [aJobPod('a', { index: 0, state: 'failed', exitCode: 1, forSeconds: 5 })],
    want: ['create #1'],
  },
  'an index that failed too often is given up': {
    job: aJob(indexed(2, { backoffLimitPerIndex: 0 })),
    pods: [aJobPod('a', { index: 0, state: 'failed', exitCode: 1 })],
    want: ['removeFinalizer a', 'create #1'],
  },
};
for (const [name, { job, pods = [], want }] of Object.entries(cases)) {
  test(name, () => expect(work(job, pods)).toEqual(want));
}

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

test('the ends are told', () => {
  const done = aJob({}, { succeeded: 1, conditions: [isTrue('SuccessCriteriaMet', 'CompletionsReached')] });
  expect(announcements(done, [])).toEqual(['Completed: Job completed']);
  const failed = aJob({ backoffLimit: 0 }, { failed: 1 });
  expect(announcements(failed, [])).toEqual([
    'BackoffLimitExceeded: Job has reached the specified backoff limit',
  ]);
});

test('a job looks again when its deadline runs out or a pod may be retried', () => {
  const lookAgainAt = (job: Job, pods: Pod[]) =>
    planJob({ kind: 'job', job, pods: held(pods) }, NOW).lookAgainAt;
  expect(lookAgainAt(aJob({ activeDeadlineSeconds: 100 }), running('a'))).toBe(NOW + 40_000);
  const failed = aJobPod('a', { state: 'failed', counted: true, exitCode: 1, forSeconds: 3 });
  expect(lookAgainAt(aJob({}, { failed: 1 }), [failed])).toBe(NOW + 7_000);
});

test('pods without a job lose the finalizer (case 16)', () => {
  const plan = planJob({ kind: 'gone', orphans: running('a') }, NOW);
  expect(plan.stages.flat().map(inWords)).toEqual(['removeFinalizer a']);
});

const anyPod = fc.record({
  state: fc.constantFrom('pending', 'ready', 'unready', 'succeeded', 'failed'),
  deleting: fc.boolean(),
  counted: fc.boolean(),
  index: fc.nat(8),
  forSeconds: fc.nat(100),
});
const anyJob = fc.record({
  parallelism: fc.nat(6),
  completions: fc.option(fc.nat(8), { nil: undefined }),
  isIndexed: fc.boolean(),
  suspend: fc.boolean(),
  podReplacementPolicy: fc.constantFrom('Failed', 'TerminatingOrFailed'),
  backoffLimitPerIndex: fc.option(fc.nat(2), { nil: undefined }),
  succeeded: fc.nat(4),
});
const jobOf = ({
  isIndexed,
  completions,
  backoffLimitPerIndex,
  succeeded,
  ...spec
}: fcValue<typeof anyJob>) =>
  aJob(
    {
      ...spec,
      ...(completions !== undefined && { completions }),
      ...(isIndexed && {
        completionMode: 'Indexed',
        completions: completions ?? 3,
        ...(backoffLimitPerIndex !== undefined && { backoffLimitPerIndex }),
      }),
    },
    isIndexed ? {} : { succeeded },
  );
type fcValue<T> = T extends fc.Arbitrary<infer Value> ? Value : never;

test('never more pods than parallelism, never two of an index, never pods made for an ended job', () => {
  fc.assert(
    fc.property(anyJob, fc.array(anyPod, { maxLength: 10 }), (fields, states) => {
      const job = jobOf(fields);
      const pods = states.map((state, i) => aJobPod(`p${i}`, { ...state, state: state.state as 'ready' }));
      const actions = actionsOf(job, pods);
      const made = actions.filter((action) => action.kind === 'createPod');
      const removed = new Set(actions.flatMap((a) => (a.kind === 'removePod' ? [a.pod] : [])));
      const active = pods.filter(
        (pod) =>
          !pod.metadata.deletionTimestamp && !['Succeeded', 'Failed'].includes(pod.status?.phase ?? ''),
      );
      const after = active.filter((pod) => !removed.has(pod)).length + made.length;
      if (made.length > 0) expect(after).toBeLessThanOrEqual(job.spec.parallelism ?? 0);
      const indexes = made.flatMap((action) => (action.kind === 'createPod' ? [action.index] : []));
      if (job.spec.completionMode === 'Indexed') expect(new Set(indexes).size).toBe(made.length);
      if (job.spec.suspend) expect(made.length).toBe(0);
      expect(actions.some((a) => a.kind === 'stopPod') && made.length > 0).toBe(false);
    }),
    { numRuns: 500 },
  );
});

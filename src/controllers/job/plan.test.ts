import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Job, Pod } from '../../generated/types.ts';
import { ago, NOW } from '../testing/builders.ts';
import {
  actionsOf,
  aJob,
  aJobPod,
  indexed,
  inWords,
  isTrue,
  running,
  seenJob,
  statusAfter,
  work,
} from '../testing/jobs.ts';
import { planJob } from './plan.ts';

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
  'case 18: of two pods with one index the one that is further along stays': {
    job: aJob(indexed(2)),
    pods: [
      aJobPod('a', { index: 0 }),
      aJobPod('b', { index: 0, state: 'pending' }),
      aJobPod('c', { index: 1 }),
    ],
    want: ['removePod b'],
  },
  'case 18: pods whose index is none of the job go': {
    job: aJob(indexed(2)),
    pods: [aJobPod('a', { index: 0 }), aJobPod('b', { index: 1 }), aJobPod('c', { index: 7 }), aJobPod('d')],
    want: ['removePod c', 'removePod d'],
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
  'it keeps its turn, though: where one runs at a time, the others wait for it': {
    job: aJob(indexed(2, { backoffLimitPerIndex: 1, parallelism: 1 })),
    pods: [aJobPod('a', { index: 0, state: 'failed', exitCode: 1, forSeconds: 5 })],
    want: [],
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

test('a job looks again when its deadline runs out or a pod may be retried', () => {
  const lookAgainAt = (job: Job, pods: Pod[]) => planJob(seenJob(job, pods), NOW).lookAgainAt;
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

test('an index that has succeeded has not failed, whatever becomes of another pod of it', () => {
  const job = aJob(indexed(2, { backoffLimitPerIndex: 0 }), {
    completedIndexes: '1',
    conditions: [isTrue('FailureTarget', 'FailedIndexes')],
  });
  const status = statusAfter(job, [aJobPod('a', { index: 1, state: 'failed', exitCode: 1 })]);
  expect(status).toMatchObject({ completedIndexes: '1', failedIndexes: '' });
});

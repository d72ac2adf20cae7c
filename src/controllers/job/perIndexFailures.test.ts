import { expect, test } from 'vitest';
import { actionsOf, aJob, aJobPod, indexed, work } from '../testing/jobs.ts';

const once = indexed(2, { parallelism: 1, backoffLimitPerIndex: 1 });
/** The last failed pod of index 0: a user has deleted it, and nothing but the finalizer keeps it. */
const record = aJobPod('a', { index: 0, state: 'failed', exitCode: 1, deleting: true });

const paused = { 'is suspended': { suspend: true }, 'has parallelism 0': { parallelism: 0 } };
for (const [name, spec] of Object.entries(paused)) {
  test(`while a job ${name} the last failed pod of an index stays, as the record of its failures (KEP-3850)`, () => {
    expect(work(aJob({ ...once, ...spec }), [record])).toEqual([]);
  });
}

test('when the job goes on, the next pod of the index takes the count over', () => {
  const [next] = actionsOf(aJob(once), [record]).filter(({ kind }) => kind === 'createPod');
  expect(next).toMatchObject({ index: 0, indexFailures: { counted: 1, ignored: 0 } });
  expect(work(aJob(once), [record, aJobPod('b', { index: 0 })])).toEqual(['removeFinalizer a']);
});

test('when the job is deleted, it goes', () => {
  const job = aJob({ ...once, suspend: true });
  const deleted = { ...job, metadata: { ...job.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
  expect(work(deleted, [record])).toEqual(['removeFinalizer a']);
});

import { expect, test } from 'vitest';
import type { Job } from '../../generated/types.ts';
import { aJob, isTrue } from '../testing/jobs.ts';
import { planRerun } from './plan.ts';

const ended = { conditions: [isTrue('FailureTarget'), isTrue('Failed')] };
const annotated = (annotations: Record<string, string>, status: object = ended): Job => {
  const job = aJob({}, status);
  return { ...job, metadata: { ...job.metadata, annotations } };
};
const inWords = (job: Job) =>
  planRerun(job)
    .stages.flat()
    .map((action) =>
      action.kind === 'createJob' ? `create ${action.rerun.metadata.name}` : `note ${action.number}`,
    );

const cases: Record<string, { job: Job; want: string[] }> = {
  'a job that has ended is run again': {
    job: annotated({ 'sampan.dev/rerun': '1' }),
    want: ['create job-rerun-1', 'note 1'],
  },
  'once for each number': {
    job: annotated({ 'sampan.dev/rerun': '1', 'sampan.dev/rerun-done': '1' }),
    want: [],
  },
  'and once more for another one': {
    job: annotated({ 'sampan.dev/rerun': '2', 'sampan.dev/rerun-done': '1' }),
    want: ['create job-rerun-2', 'note 2'],
  },
  'one that still runs has to end first': { job: annotated({ 'sampan.dev/rerun': '1' }, {}), want: [] },
  'what is no number is ignored': { job: annotated({ 'sampan.dev/rerun': 'now' }), want: [] },
  'without the annotation nothing happens': { job: aJob({}, ended), want: [] },
};
for (const [name, { job, want }] of Object.entries(cases)) {
  test(name, () => expect(inWords(job)).toEqual(want));
}

test('a rerun has what its user said of the job, and nothing that the server did', () => {
  const job: Job = {
    ...aJob({
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } },
      backoffLimit: 2,
      template: {
        metadata: { labels: { app: 'work', 'job-name': 'job', 'batch.kubernetes.io/controller-uid': 'u' } },
        spec: { containers: [{ name: 'main', image: 'busybox' }] },
      },
    }),
    metadata: {
      name: 'j'.repeat(63),
      namespace: 'default',
      labels: { team: 'a', 'controller-uid': 'u' },
      annotations: { note: 'x', 'sampan.dev/rerun': '7', 'sampan.dev/notified': 'JobFailed@then' },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'c', uid: 'c', controller: true }],
    },
    status: ended,
  };
  const [create] = planRerun(job).stages.flat();
  const { metadata, spec, status } = create?.kind === 'createJob' ? create.rerun : job;
  expect(metadata).toEqual({
    name: `${'j'.repeat(55)}-rerun-7`,
    namespace: 'default',
    labels: { team: 'a' },
    annotations: { note: 'x', 'sampan.dev/rerun-of': 'j'.repeat(63) },
  });
  expect(spec).toMatchObject({ backoffLimit: 2, suspend: false });
  expect(spec.selector).toBeUndefined();
  expect(spec.template.metadata.labels).toEqual({ app: 'work' });
  expect(status).toBeUndefined();
});

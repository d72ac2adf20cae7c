import { nameOf } from '../../apimachinery/object.ts';
import type { CronJob, Job } from '../../generated/types.ts';
import { dropsFailedAfterSuccess } from '../../resources/cronjob/cronJobAnnotations.ts';
import { finishedCondition } from '../../resources/job/jobConditions.ts';
import type { Action } from './actions.ts';

/** Ended jobs beyond `successfulJobsHistoryLimit` and `failedJobsHistoryLimit`, oldest first. */
export function jobsBeyondLimits(cronJob: CronJob, jobs: readonly Job[]): readonly Action[] {
  const { spec } = cronJob;
  const outlived = dropsFailedAfterSuccess(cronJob) ? failedBeforeSuccess(jobs) : [];
  const others = jobs.filter((job) => !outlived.includes(job));
  return [
    ...surplus(others, 'Complete', spec.successfulJobsHistoryLimit ?? 3),
    ...surplus(others, 'Failed', spec.failedJobsHistoryLimit ?? 1),
    ...outlived.map((job): Action => ({ kind: 'deleteJob', job, because: 'old' })),
  ];
}

/** Failures that a later success has made uninteresting. */
function failedBeforeSuccess(jobs: readonly Job[]): readonly Job[] {
  const lastSuccess = jobs
    .filter((job) => finishedCondition(job)?.type === 'Complete')
    .sort(byStart)
    .at(-1);
  if (!lastSuccess) return [];
  return jobs.filter(
    (job) =>
      finishedCondition(job)?.type === 'Failed' &&
      !job.metadata.deletionTimestamp &&
      byStart(job, lastSuccess) < 0,
  );
}

function surplus(jobs: readonly Job[], end: 'Complete' | 'Failed', limit: number): Action[] {
  const ended = jobs.filter((job) => finishedCondition(job)?.type === end && !job.metadata.deletionTimestamp);
  return ended
    .toSorted(byStart)
    .slice(0, Math.max(0, ended.length - limit))
    .map((job) => ({ kind: 'deleteJob', job, because: 'old' }));
}

const byStart = (a: Job, b: Job) => {
  const [first, second] = [a, b].map((job) => job.status?.startTime ?? job.metadata.creationTimestamp ?? '');
  return first! < second! ? -1 : first! > second! ? 1 : nameOf(a) < nameOf(b) ? -1 : 1;
};

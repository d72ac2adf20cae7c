import { nameOf } from '../../apimachinery/object.ts';
import type { CronJob, Job } from '../../generated/types.ts';
import { finishedCondition } from '../../resources/job/jobConditions.ts';
import type { Action } from './actions.ts';

/** Ended jobs beyond `successfulJobsHistoryLimit` and `failedJobsHistoryLimit`, oldest first. */
export function jobsBeyondLimits({ spec }: CronJob, jobs: readonly Job[]): readonly Action[] {
  return [
    ...surplus(jobs, 'Complete', spec.successfulJobsHistoryLimit ?? 3),
    ...surplus(jobs, 'Failed', spec.failedJobsHistoryLimit ?? 1),
  ];
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

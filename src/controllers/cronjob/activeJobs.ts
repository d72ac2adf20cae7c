import { nameOf, uidOf } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { CronJob, Job, ObjectReference } from '../../generated/types.ts';
import { finishedCondition } from '../../resources/job/jobConditions.ts';
import type { Action } from './actions.ts';
import { isBackfill, isManualRun, scheduledTimeOf } from './cronJobJob.ts';

/** What has become of the jobs that the status names as active, and of those that it does not name. */
export interface ActiveJobs {
  readonly active: readonly ObjectReference[];
  readonly lastSuccessfulTime: string | undefined;
  /** Of the newest run that is known: a crash may have kept it from the status. */
  readonly lastScheduleTime: EpochMs | undefined;
  /** Named as active, and not in the cache. */
  readonly missing: readonly ObjectReference[];
  readonly announcements: readonly Action[];
}

/** Brings `status.active` up to date: ended and vanished jobs leave it, jobs that the controller made enter. */
export function reviewActiveJobs(cronJob: CronJob, jobs: readonly Job[]): ActiveJobs {
  const { status } = cronJob;
  const listed = new Map((status?.active ?? []).map((reference) => [reference.uid ?? '', reference]));
  const announcements: Action[] = [];
  let lastSuccessfulTime = status?.lastSuccessfulTime;
  let lastScheduleTime = status?.lastScheduleTime ? Date.parse(status.lastScheduleTime) : undefined;
  for (const job of jobs) {
    const scheduledTime = scheduledTimeOf(cronJob, job);
    // What is made up for is not where the schedule goes on from.
    if (scheduledTime !== undefined && !isBackfill(job))
      lastScheduleTime = Math.max(lastScheduleTime ?? 0, scheduledTime);
    const end = finishedCondition(job);
    const isListed = listed.has(uidOf(job));
    if (!end && !isListed) {
      // Made just now, or just before a crash: it counts from now on. One that somebody else made excludes none, and is not replaced.
      if (scheduledTime !== undefined || isManualRun(job)) listed.set(uidOf(job), referenceTo(job));
      else announcements.push(unexpected(job));
    } else if (end && isListed) {
      listed.delete(uidOf(job));
      const message = `Saw completed job: ${nameOf(job)}, condition: ${end.type}`;
      announcements.push({ kind: 'announce', type: 'Normal', reason: 'SawCompletedJob', message });
    }
    if (end?.type === 'Complete') lastSuccessfulTime = later(lastSuccessfulTime, job.status?.completionTime);
  }
  const existing = new Set(jobs.map(uidOf));
  const references = [...listed.values()];
  const missing = references.filter(({ uid }) => !existing.has(uid ?? ''));
  for (const { name } of missing) {
    const message = `Active job went missing: ${name}`;
    announcements.push({ kind: 'announce', type: 'Normal', reason: 'MissingJob', message });
  }
  const active = references.filter((reference) => !missing.includes(reference));
  return { active, missing, lastSuccessfulTime, lastScheduleTime, announcements };
}

const unexpected = (job: Job): Action => ({
  kind: 'announce',
  type: 'Warning',
  reason: 'UnexpectedJob',
  message: `Saw a job that the controller did not create or forgot: ${nameOf(job)}`,
});

const later = (a: string | undefined, b: string | undefined) =>
  a === undefined || (b !== undefined && b > a) ? b : a;

/** How the status names an active job. */
export const referenceTo = (job: Job): ObjectReference => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  name: nameOf(job),
  namespace: job.metadata.namespace!,
  uid: uidOf(job),
  ...(job.metadata.resourceVersion && { resourceVersion: job.metadata.resourceVersion }),
});

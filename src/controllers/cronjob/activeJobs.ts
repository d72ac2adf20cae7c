import { nameOf, uidOf } from '../../apimachinery/object.ts';
import type { CronJob, Job, ObjectReference } from '../../generated/types.ts';
import type { Action } from './actions.ts';

/** What has become of the jobs that the status names as active, and of those that it does not name. */
export interface ActiveJobs {
  readonly active: readonly ObjectReference[];
  readonly lastSuccessfulTime: string | undefined;
  readonly announcements: readonly Action[];
}

export const endOf = (job: Job) =>
  job.status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );

/** Brings `status.active` up to date: ended and vanished jobs leave it, jobs of ours that are not in it enter. */
export function reviewActiveJobs({ status }: CronJob, jobs: readonly Job[]): ActiveJobs {
  const listed = new Map((status?.active ?? []).map((reference) => [reference.uid ?? '', reference]));
  const announcements: Action[] = [];
  let lastSuccessfulTime = status?.lastSuccessfulTime;
  for (const job of jobs) {
    const end = endOf(job);
    const isListed = listed.has(uidOf(job));
    if (!end && !isListed) {
      // Made just before a crash, or adopted by hand: it counts from now on.
      listed.set(uidOf(job), referenceTo(job));
    } else if (end && isListed) {
      listed.delete(uidOf(job));
      const message = `Saw completed job: ${nameOf(job)}, condition: ${end.type}`;
      announcements.push({ kind: 'announce', type: 'Normal', reason: 'SawCompletedJob', message });
    }
    if (end?.type === 'Complete') lastSuccessfulTime = later(lastSuccessfulTime, job.status?.completionTime);
  }
  const existing = new Set(jobs.map(uidOf));
  for (const [uid, { name }] of listed) {
    if (existing.has(uid)) continue;
    listed.delete(uid);
    const message = `Active job went missing: ${name}`;
    announcements.push({ kind: 'announce', type: 'Normal', reason: 'MissingJob', message });
  }
  return { active: [...listed.values()], lastSuccessfulTime, announcements };
}

const later = (a: string | undefined, b: string | undefined) =>
  a === undefined || (b !== undefined && b > a) ? b : a;

export const referenceTo = (job: Job): ObjectReference => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  name: nameOf(job),
  namespace: job.metadata.namespace!,
  uid: uidOf(job),
  ...(job.metadata.resourceVersion && { resourceVersion: job.metadata.resourceVersion }),
});

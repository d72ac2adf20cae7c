import type { Job, Pod } from '../../generated/types.ts';

/** Pods carry it until they are counted, so that none is lost or counted twice (KEP-2307). */
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';
export const INDEX_FAILURE_COUNT = 'batch.kubernetes.io/job-index-failure-count';
export const INDEX_IGNORED_FAILURE_COUNT = 'batch.kubernetes.io/job-index-ignored-failure-count';
/** The controller that looks after jobs without `spec.managedBy` (KEP-4368). */
const JOB_CONTROLLER = 'kubernetes.io/job-controller';

export const isIndexed = (job: Job): boolean => job.spec.completionMode === 'Indexed';
export const isSuspended = (job: Job): boolean => job.spec.suspend === true;
export const isManagedElsewhere = (job: Job): boolean =>
  job.spec.managedBy !== undefined && job.spec.managedBy !== JOB_CONTROLLER;
export const limitsFailuresPerIndex = (job: Job): boolean =>
  isIndexed(job) && job.spec.backoffLimitPerIndex !== undefined;
export const completionsOf = (job: Job): number => job.spec.completions ?? 0;

/** Whether a terminating pod still holds its place until it has ended (KEP-3939). */
export const waitsForTerminating = (job: Job): boolean =>
  job.spec.podReplacementPolicy === 'Failed' || job.spec.podFailurePolicy !== undefined;

export const isTracked = (pod: Pod): boolean =>
  pod.metadata.finalizers?.includes(TRACKING_FINALIZER) ?? false;

/** The index of a pod of an Indexed job, if it has a valid one that the job still asks for. */
export function validIndexOf(job: Job, pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[COMPLETION_INDEX];
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const index = Number(text);
  return index < completionsOf(job) ? index : undefined;
}

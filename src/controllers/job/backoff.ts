import type { EpochMs } from '../../clock/clock.ts';
import type { Job, Pod } from '../../generated/types.ts';
import { createdAt, isSucceeded } from '../pods/podState.ts';
import { failureVerdict } from './failurePolicy.ts';
import { isTracked } from './jobFacts.ts';
import { countsAsFailed } from './podOutcome.ts';

/** Pods are made again 10 s after a failure, doubling with each one in a row, at most after ten minutes. */
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 600_000;

/** When the next pod may be made after so many failures in a row. */
export const retryAt = (failures: number, lastFailure: EpochMs): EpochMs =>
  failures === 0 ? 0 : lastFailure + Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);

/** When a job may make its next pod. It follows from the pods that are there, so it survives a restart of the controller. */
export function nextPodAt(job: Job, pods: readonly Pod[]): EpochMs {
  const lastSuccess = Math.max(0, ...pods.filter(isSucceeded).map(endedAt));
  const failures = pods
    .filter((pod) => isOwnFailure(job, pod) && failureVerdict(job, pod).counts)
    .map(endedAt)
    .filter((time) => time > lastSuccess);
  return retryAt(failures.length, Math.max(0, ...failures));
}

/** A pod that the controller itself removed has lost its finalizer, and is no failure. */
const isOwnFailure = (job: Job, pod: Pod) =>
  pod.status?.phase === 'Failed' || (isTracked(pod) && countsAsFailed(job, pod));

/** When the last container of a pod ended; for a pod that never ran, when it was told to go. */
export function endedAt(pod: Pod): EpochMs {
  const ends = (pod.status?.containerStatuses ?? [])
    .map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''))
    .filter((time) => !Number.isNaN(time));
  if (ends.length > 0) return Math.max(...ends);
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  if (deletionTimestamp) return Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  const ready = pod.status?.conditions?.find((condition) => condition.type === 'Ready')?.lastTransitionTime;
  return ready ? Date.parse(ready) : createdAt(pod);
}

import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Job, Pod } from '../../generated/types.ts';
import { conditionOf } from '../../resources/conditions.ts';
import { retryDelayMaxMs, retryDelayMs } from '../../resources/job/jobAnnotations.ts';
import { sidecarStatuses } from '../../resources/pod/containers.ts';
import { isFailed } from '../../resources/pod/podPhase.ts';
import { createdAt } from '../framework/age.ts';
import { isTracked } from './jobFacts.ts';
import type { Ends } from './podEnds.ts';
import { countsAsFailed } from './podOutcome.ts';

/** Pods are made again 10 s after a failure, doubling with each one in a row, at most after ten minutes. */
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 600_000;

/** When the next pod may be made after so many failures in a row. */
export const retryAt = (job: Job, failures: number, lastFailure: EpochMs): EpochMs =>
  failures === 0 ? 0 : lastFailure + retryDelay(job, failures);

/** The job's own delay is always the same, unless it says how far it may grow. */
function retryDelay(job: Job, failures: number): number {
  const own = retryDelayMs(job);
  const longest = retryDelayMaxMs(job) ?? own ?? LONGEST_WAIT_MS;
  return Math.min((own ?? FIRST_WAIT_MS) * 2 ** (failures - 1), longest);
}

/** When a job may make its next pod. What a policy ignores makes it wait as well: it would fail again and again without a pause. */
export function nextPodAt(job: Job, { failures, lastSuccess }: Ends): EpochMs {
  const inARow = failures
    .values()
    .filter((at) => at > lastSuccess)
    .toArray();
  return retryAt(job, inARow.length, Math.max(0, ...inARow));
}

/** One that the controller itself removed has lost its finalizer before it was deleted, and is no failure. */
export const isFailure = (job: Job, pod: Pod): boolean =>
  isTracked(pod) ? countsAsFailed(job, pod) : isFailed(pod) && !isBeingDeleted(pod);

/** When a pod ended: its last container, or else when it was no longer ready, or was told to go (upstream's `getFinishedTime`). */
export function endedAt(pod: Pod): EpochMs {
  const containers = lastContainerEnd(pod);
  if (containers !== undefined) return containers;
  const ready = conditionOf(pod, 'Ready');
  const unreadySince = ready?.status === 'False' && Date.parse(ready.lastTransitionTime ?? '');
  if (unreadySince) return unreadySince;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  if (deletionTimestamp) return Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  return createdAt(pod);
}

/** Sidecars end after the containers that they serve, so they count too. Undefined unless all have ended. */
function lastContainerEnd(pod: Pod): EpochMs | undefined {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...sidecarStatuses(pod)];
  const ends = statuses.map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''));
  return ends.length === 0 || ends.some((end) => !end) ? undefined : Math.max(...ends);
}

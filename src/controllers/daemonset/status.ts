import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { DaemonSet, DaemonSetStatus, Pod } from '../../generated/types.ts';
import { availableAt, byAge, isReady, isTerminal } from '../pods/podState.ts';
import type { NodeState } from './observed.ts';
import { isUpToDate, type Target } from './strategy.ts';

/** The counts of the status, and when one of them changes by the mere passing of time. */
export interface Counted {
  readonly status: DaemonSetStatus;
  readonly lookAgainAt: EpochMs | undefined;
}

/** Counts nodes, each by its oldest daemon (upstream's `updateDaemonSetStatus`). */
export function countStatus(
  daemonSet: DaemonSet,
  nodes: readonly NodeState[],
  target: Target,
  now: EpochMs,
): Counted {
  const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, updated: 0, available: 0 };
  let lookAgainAt: EpochMs | undefined;
  for (const node of nodes) {
    const oldest = oldestOf(node.pods);
    if (!node.shouldRun) {
      if (oldest) counts.misscheduled++;
      continue;
    }
    counts.desired++;
    if (!oldest) continue;
    counts.current++;
    if (isUpToDate(oldest, target)) counts.updated++;
    if (!isReady(oldest)) continue;
    counts.ready++;
    const time = availableAt(oldest, daemonSet.spec.minReadySeconds ?? 0);
    if (time !== undefined && time <= now) counts.available++;
    else if (time !== undefined && time < (lookAgainAt ?? Number.POSITIVE_INFINITY)) lookAgainAt = time;
  }
  return { status: statusOf(daemonSet, counts), lookAgainAt };
}

interface Counts {
  desired: number;
  current: number;
  misscheduled: number;
  ready: number;
  updated: number;
  available: number;
}

function statusOf(daemonSet: DaemonSet, counts: Counts): DaemonSetStatus {
  const { collisionCount, conditions } = daemonSet.status ?? {};
  const unavailable = counts.desired - counts.available;
  return {
    currentNumberScheduled: counts.current,
    numberMisscheduled: counts.misscheduled,
    desiredNumberScheduled: counts.desired,
    numberReady: counts.ready,
    observedGeneration: daemonSet.metadata.generation ?? 0,
    ...(counts.updated > 0 && { updatedNumberScheduled: counts.updated }),
    ...(counts.available > 0 && { numberAvailable: counts.available }),
    ...(unavailable > 0 && { numberUnavailable: unavailable }),
    ...(collisionCount !== undefined && { collisionCount }),
    ...(conditions && { conditions }),
  };
}

function oldestOf(pods: readonly Pod[]): Pod | undefined {
  let oldest: Pod | undefined;
  for (const pod of pods) {
    if (isBeingDeleted(pod) && isTerminal(pod)) continue;
    if (!oldest || byAge(pod, oldest) < 0) oldest = pod;
  }
  return oldest;
}

import type { EpochMs } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { DaemonSet, DaemonSetStatus, Pod } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { availableAt, isAvailable } from '../pods/availability.ts';
import { bySeniority } from '../pods/seniority.ts';
import type { NodeState } from './observed.ts';
import { isUpToDate, type Target } from './strategy.ts';

/** The counts of the status, and when one of them changes by the mere passing of time. */
export interface Counted {
  readonly status: DaemonSetStatus;
  readonly lookAgainAt: EpochMs | undefined;
}

/** Counts nodes, each by its oldest daemon (upstream's `updateDaemonSetStatus`). The conditions are `withProgress`'s. */
export function countStatus(
  daemonSet: DaemonSet,
  nodes: readonly NodeState[],
  target: Target,
  now: EpochMs,
): Counted {
  const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, updated: 0, available: 0 };
  let lookAgainAt: EpochMs | undefined;
  const minReadySeconds = daemonSet.spec.minReadySeconds ?? 0;
  for (const node of nodes) {
    // While an update surges, the new daemon's time matters as much as the old one's.
    for (const pod of node.pods) {
      const time = availableAt(pod, minReadySeconds);
      if (time !== undefined && time > now) lookAgainAt = earliest(lookAgainAt, time);
    }
    const oldest = oldestOn(node);
    if (!node.shouldRun) {
      if (oldest) counts.misscheduled++;
      continue;
    }
    counts.desired++;
    if (!oldest) continue;
    counts.current++;
    if (isUpToDate(oldest, target)) counts.updated++;
    if (isReady(oldest)) counts.ready++;
    if (isAvailable(oldest, minReadySeconds, now)) counts.available++;
  }
  return { status: statusOf(daemonSet, counts), lookAgainAt };
}

/** The daemon by which a node is counted. */
export const oldestOn = ({ pods }: NodeState): Pod | undefined =>
  pods.length > 1 ? pods.toSorted(bySeniority)[0] : pods[0];

interface Counts {
  desired: number;
  current: number;
  misscheduled: number;
  ready: number;
  updated: number;
  available: number;
}

function statusOf(daemonSet: DaemonSet, counts: Counts): DaemonSetStatus {
  const { collisionCount } = daemonSet.status ?? {};
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
  };
}

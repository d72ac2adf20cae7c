import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { ControllerRevision, Pod, StatefulSet } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import type { Claim } from '../framework/ownership.ts';
import { isAvailable } from '../pods/availability.ts';
import { ordinalOf, ordinalRange } from './identity.ts';

/** What the caches show of one StatefulSet. */
export interface Observed {
  readonly statefulSet: StatefulSet;
  readonly pods: Claim<Pod>;
  readonly revisions: Claim<ControllerRevision>;
}

/** One ordinal that is wanted, with its pod if there is one. */
export interface Replica {
  readonly ordinal: number;
  readonly pod: Pod | undefined;
}

/** The pods by what becomes of them. */
export interface Members {
  /** In the order of their ordinals. */
  readonly replicas: readonly Replica[];
  /** Beyond the ordinals that are wanted, the highest first. */
  readonly condemned: readonly Pod[];
}

export function membersOf({ statefulSet, pods }: Observed): Members {
  const { start, end } = ordinalRange(statefulSet);
  const byOrdinal = new Map(pods.held.map((pod) => [ordinalOf(pod), pod]));
  return {
    replicas: Array.from({ length: end - start }, (_, index) => ({
      ordinal: start + index,
      pod: byOrdinal.get(start + index),
    })),
    condemned: pods.held
      .filter((pod) => ordinalOf(pod) >= 0 && (ordinalOf(pod) < start || ordinalOf(pod) >= end))
      .toSorted((a, b) => ordinalOf(b) - ordinalOf(a)),
  };
}

export const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && isReady(pod);

export const isRunningAndAvailable = (pod: Pod, { spec }: StatefulSet, now: EpochMs): boolean =>
  isRunningAndReady(pod) && isAvailable(pod, spec?.minReadySeconds ?? 0, now);

/** Not there, not available, or on its way out. */
export const isUnavailable = (pod: Pod | undefined, statefulSet: StatefulSet, now: EpochMs): boolean =>
  !pod || isBeingDeleted(pod) || !isRunningAndAvailable(pod, statefulSet, now);

import { scaledValue } from '../../apimachinery/intOrString.ts';
import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Pod, StatefulSet } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { isFailed, isSucceeded } from '../../resources/pod/podPhase.ts';
import { isAvailable } from '../pods/availability.ts';
import type { Action, Because } from './actions.ts';
import {
  ordinalOf,
  REVISION_LABEL,
  type Revision,
  specOf,
  startOrdinal,
  statefulPod,
  wantedReplicas,
} from './identity.ts';

/** The pods of a StatefulSet by their place, with the two revisions that they may be of. */
export interface Members {
  readonly statefulSet: StatefulSet;
  readonly current: Revision;
  readonly update: Revision;
  /** One for each wanted ordinal, in order; undefined where there is none. */
  readonly replicas: readonly (Pod | undefined)[];
  /** Those beyond, highest ordinal first. */
  readonly condemned: readonly Pod[];
  readonly now: EpochMs;
}

export function membersOf(
  statefulSet: StatefulSet,
  pods: readonly Pod[],
  revisions: { readonly current: Revision; readonly update: Revision },
  now: EpochMs,
): Members {
  const start = startOrdinal(statefulSet);
  const replicas: (Pod | undefined)[] = Array(wantedReplicas(statefulSet)).fill(undefined);
  const condemned: Pod[] = [];
  for (const pod of pods) {
    const index = (ordinalOf(statefulSet, pod) ?? -1) - start;
    if (index >= 0 && index < replicas.length) replicas[index] = pod;
    else if (ordinalOf(statefulSet, pod) !== undefined) condemned.push(pod);
  }
  condemned.sort((a, b) => ordinalOf(statefulSet, b)! - ordinalOf(statefulSet, a)!);
  return { statefulSet, ...revisions, replicas, condemned, now };
}

/** One step where order counts, all steps that are possible where it does not (`updateStatefulSet`). */
export function managePods(members: Members): readonly Action[] {
  const { statefulSet } = members;
  const isOrdered = specOf(statefulSet).podManagementPolicy !== 'Parallel';
  const filled = fillReplicas(members, isOrdered);
  if (filled.mustWait) return filled.actions;
  const shrunk = removeCondemned(members, isOrdered);
  const actions = [...filled.actions, ...shrunk.actions];
  if (shrunk.mustWait || specOf(statefulSet).updateStrategy?.type === 'OnDelete') return actions;
  return [...actions, ...rollingUpdate(members)];
}

interface Step {
  readonly actions: readonly Action[];
  /** What comes later in the order must not begin yet. */
  readonly mustWait: boolean;
}

/** Makes the pods that are missing, and replaces those that have ended; in order, each only when the one before it is available. */
function fillReplicas(members: Members, isOrdered: boolean): Step {
  const actions: Action[] = [];
  for (const [index, pod] of members.replicas.entries()) {
    if (pod && (isFailed(pod) || isSucceeded(pod))) {
      if (!isBeingDeleted(pod)) actions.push(deletion(pod, isFailed(pod) ? 'failed' : 'ended'));
      if (isOrdered) return { actions, mustWait: true };
    } else if (!pod) {
      actions.push({ kind: 'createPod', pod: newPod(members, index) });
      if (isOrdered) return { actions, mustWait: true };
    } else if (isOrdered && !isHealthy(members, pod)) return { actions, mustWait: true };
  }
  return { actions, mustWait: false };
}

/** A pod below the partition is made as it was, the others as they shall be. */
function newPod({ statefulSet, current, update }: Members, index: number): Pod {
  const { type, rollingUpdate } = specOf(statefulSet).updateStrategy ?? {};
  const isOfCurrent = type !== 'OnDelete' && index < (rollingUpdate?.partition ?? 0);
  return statefulPod(statefulSet, startOrdinal(statefulSet) + index, isOfCurrent ? current : update);
}

/** The highest ordinal goes first; in order, the next one when it is gone, and none while another pod is not well. */
function removeCondemned(members: Members, isOrdered: boolean): Step {
  const { condemned, replicas } = members;
  const present = condemned.filter((pod) => !isBeingDeleted(pod));
  if (!isOrdered) return { actions: present.map((pod) => deletion(pod, 'surplus')), mustWait: false };
  const [first] = condemned;
  if (!first) return { actions: [], mustWait: false };
  if (isBeingDeleted(first)) return { actions: [], mustWait: true };
  const firstUnhealthy = [...replicas, ...condemned.toReversed()].find(
    (pod) => pod && !isHealthy(members, pod),
  );
  // The one that is not well may go itself.
  const isHeldBack = !isHealthy(members, first) && firstUnhealthy !== first;
  return { actions: isHeldBack ? [] : [deletion(first, 'surplus')], mustWait: true };
}

/** Old pods above the partition are replaced from the highest ordinal down, `maxUnavailable` (KEP-961) at a time. */
function rollingUpdate(members: Members): readonly Action[] {
  const { statefulSet, replicas, update } = members;
  const { partition = 0, maxUnavailable = 1 } = specOf(statefulSet).updateStrategy?.rollingUpdate ?? {};
  const unavailable = replicas.filter((pod) => !pod || !isHealthy(members, pod)).length;
  let budget = Math.max(1, scaledValue(maxUnavailable, replicas.length, true)) - unavailable;
  const actions: Action[] = [];
  for (let index = replicas.length - 1; index >= partition; index--) {
    const pod = replicas[index];
    if (!pod || isBeingDeleted(pod) || revisionNameOf(pod) === update.name) continue;
    // One that is not available anyway takes nothing from the budget.
    const isFree = !isHealthy(members, pod);
    if (!isFree && budget <= 0) break;
    if (!isFree) budget--;
    actions.push(deletion(pod, 'outdated'));
  }
  return actions;
}

const deletion = (pod: Pod, because: Because): Action => ({ kind: 'deletePod', pod, because });

export const revisionNameOf = ({ metadata }: Pod): string => metadata.labels?.[REVISION_LABEL] ?? '';

/** Running, ready for long enough, and not on its way out. */
function isHealthy({ statefulSet, now }: Members, pod: Pod): boolean {
  const minReadySeconds = specOf(statefulSet).minReadySeconds ?? 0;
  return !isBeingDeleted(pod) && isReady(pod) && isAvailable(pod, minReadySeconds, now);
}

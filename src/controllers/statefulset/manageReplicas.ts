import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Pod, StatefulSet } from '../../generated/types.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import type { Action } from './actions.ts';
import type { History } from './history.ts';
import { hasItsLabels, memberPod, ordinalRange } from './identity.ts';
import { isRunningAndAvailable, isUnavailable, type Members, type Replica } from './observed.ts';
import { nextToReplace } from './rollingUpdate.ts';

/** What is to be done for one pod, and whether others have to wait for it. */
interface Step {
  readonly actions: readonly Action[];
  readonly isBlocking: boolean;
}

/**
 * Makes what is missing, removes what is too much, then goes on with an update. `OrderedReady` does one step, and none while a pod
 * before is not available; `Parallel` does all of them at once, but for the update.
 */
export function manageReplicas(
  statefulSet: StatefulSet,
  { replicas, condemned }: Members,
  history: History,
  now: EpochMs,
): readonly Action[] {
  const isOrdered = statefulSet.spec!.podManagementPolicy !== 'Parallel';
  const firstUnavailable = [...replicas.map(({ pod }) => pod), ...condemned.toReversed()].find((pod) =>
    isUnavailable(pod, statefulSet, now),
  );
  const actions: Action[] = [];
  for (const replica of replicas) {
    const step = stepFor(statefulSet, replica, history, now);
    actions.push(...step.actions);
    if (isOrdered && step.isBlocking) return actions;
  }
  for (const pod of condemned) {
    const mayGo = !isOrdered || pod === firstUnavailable || isRunningAndAvailable(pod, statefulSet, now);
    if (mayGo && !isBeingDeleted(pod)) actions.push({ kind: 'deletePod', pod });
    if (isOrdered) return actions;
  }
  const goingAnyway = new Set(actions.map((action) => ('pod' in action ? action.pod : undefined)));
  const outdated = nextToReplace(statefulSet, replicas, history.update.name, now);
  return [...actions, ...outdated.filter((pod) => !goingAnyway.has(pod)).map(deletion)];
}

const deletion = (pod: Pod): Action => ({ kind: 'deletePod', pod });

function stepFor(statefulSet: StatefulSet, { ordinal, pod }: Replica, history: History, now: EpochMs): Step {
  if (!pod) return { actions: [creation(statefulSet, ordinal, history)], isBlocking: true };
  // One that has ended, however it did, is made anew as soon as it is gone.
  if (isTerminal(pod)) return { actions: isBeingDeleted(pod) ? [] : [deletion(pod)], isBlocking: true };
  if (isUnavailable(pod, statefulSet, now)) return { actions: identification(pod), isBlocking: true };
  return { actions: identification(pod), isBlocking: false };
}

/** An adopted pod may lack the labels that tell who it is. */
const identification = (pod: Pod): Action[] =>
  hasItsLabels(pod) || isBeingDeleted(pod) ? [] : [{ kind: 'identifyPod', pod }];

function creation(statefulSet: StatefulSet, ordinal: number, { current, update }: History): Action {
  const { name, template } = isNotUpdatedYet(statefulSet, ordinal) ? current : update;
  return { kind: 'createPod', pod: memberPod(statefulSet, template, name, ordinal) };
}

/** Whether a pod that comes back must be of the revision that it was of: below the partition, an update does not reach it. */
function isNotUpdatedYet(statefulSet: StatefulSet, ordinal: number): boolean {
  const { updateStrategy } = statefulSet.spec!;
  if (updateStrategy?.type !== 'RollingUpdate') return false;
  const { rollingUpdate } = updateStrategy;
  const kept = rollingUpdate ? (rollingUpdate.partition ?? 0) : (statefulSet.status?.currentReplicas ?? 0);
  return ordinal < ordinalRange(statefulSet).start + kept;
}

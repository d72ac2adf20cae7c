import { deepEqual, isBeingDeleted, nameOf, uidOf } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Deployment, ReplicaSet } from '../../generated/types.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import { isRolling } from './budget.ts';
import { asNewest, newReplicaSet, sizeAnnotations } from './newReplicaSet.ts';
import {
  type Action,
  currentReplicaSet,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  type Observed,
  REVISION,
  replicasOf,
  revisionOf,
} from './observed.ts';
import { proportionalSizes, wasScaled } from './proportional.ts';
import { highest, nextRevision, type Revision } from './revision.ts';
import { rollbackOf } from './rollback.ts';
import { nextSizes, type Sizes, sizeOfNew, surplusHistory } from './rollout.ts';
import { countStatus, isComplete } from './status.ts';

/** What one look at a Deployment leads to: one step of its rollout at a time. */
export function planDeployment(observed: Observed, now: EpochMs): Plan<Action> {
  const { deployment, replicaSets } = observed;
  const claims: Action[] = [
    ...replicaSets.adopt.map((replicaSet): Action => ({ kind: 'adopt', replicaSet })),
    ...replicaSets.release.map((replicaSet): Action => ({ kind: 'release', replicaSet })),
  ];
  const current = currentReplicaSet(observed);
  const others = replicaSets.held.filter((replicaSet) => replicaSet !== current);
  // Never lower than it was: the revisions that it followed may have been cleaned away.
  const revision = highest([current ? revisionOf(current) : 0n, nextRevision(others.map(revisionOf))]);
  const made = mustMake(observed, current, others)
    ? newReplicaSet(deployment, revision, sizeOfNew(deployment, others, 0))
    : undefined;
  const rollback = isBeingDeleted(deployment) ? undefined : rollbackOf(deployment, replicaSets.held);
  // Nothing else is done before it is: the looks after it see the template that is wanted now.
  if (rollback && !made) return inStages<Action>([claims, [{ kind: 'rollBack', rollback }]]);
  const steps = isBeingDeleted(deployment) || made ? [] : stepsOf(observed, current, others, revision);
  const { status, lookAgainAt } = countStatus(observed, current, made && nameOf(made), now);
  const mayCleanUp = isComplete(deployment, status) || deployment.spec.paused;
  const history = mayCleanUp && !isBeingDeleted(deployment) ? surplusHistory(deployment, others) : [];
  return inStages<Action>(
    [
      claims,
      made ? [{ kind: 'createReplicaSet', replicaSet: made }] : steps,
      history.map((replicaSet) => ({ kind: 'deleteReplicaSet', replicaSet })),
      deepEqual(deployment.status ?? {}, status) ? [] : [{ kind: 'updateStatus', status }],
      // After the status, which is written for the version that was observed.
      revisionAction(deployment, made ?? current, revision),
    ],
    lookAgainAt,
  );
}

/** A paused deployment makes nothing new, and one of another size is scaled before; one that recreates waits until nothing old is left. */
function mustMake(
  { deployment, withRunningPods }: Observed,
  current: ReplicaSet | undefined,
  others: readonly ReplicaSet[],
): boolean {
  if (current || deployment.spec.paused || isBeingDeleted(deployment)) return false;
  if (wasScaled(deployment, others)) return false;
  return (
    isRolling(deployment) ||
    !others.some((other) => replicasOf(other) > 0 || withRunningPods.has(uidOf(other)))
  );
}

function stepsOf(
  observed: Observed,
  current: ReplicaSet | undefined,
  others: readonly ReplicaSet[],
  revision: Revision,
): Action[] {
  const { deployment } = observed;
  const all = current ? [current, ...others] : others;
  const newest = current && asNewest(deployment, current, revision);
  if (current && newest && newest !== current)
    return [{ kind: 'updateReplicaSet', replicaSet: current, next: newest }];
  if (deployment.spec.paused || wasScaled(deployment, all))
    return resized(deployment, all, proportionalSizes(deployment, current, all));
  if (!current) {
    const running = others.filter((other) => replicasOf(other) > 0);
    return resized(deployment, running, new Map(running.map((other) => [other, 0])));
  }
  return resized(deployment, all, nextSizes(observed, current, others));
}

function resized(deployment: Deployment, all: readonly ReplicaSet[], sizes: Sizes): Action[] {
  const annotations = sizeAnnotations(deployment);
  return all.flatMap((replicaSet): Action[] => {
    const replicas = sizes.get(replicaSet) ?? replicasOf(replicaSet);
    const before = replicaSet.metadata.annotations ?? {};
    const isMarked = [DESIRED_REPLICAS, MAX_REPLICAS].every((key) => before[key] === annotations[key]);
    if (replicas === replicasOf(replicaSet) && (isMarked || replicas === 0)) return [];
    const next: ReplicaSet = {
      ...replicaSet,
      metadata: { ...replicaSet.metadata, annotations: { ...before, ...annotations } },
      spec: { ...replicaSet.spec, replicas },
    };
    return [{ kind: 'updateReplicaSet', replicaSet, next }];
  });
}

/** The deployment tells the revision of its ReplicaSet, once that carries the newest one. */
function revisionAction(
  { metadata }: Deployment,
  current: ReplicaSet | undefined,
  newest: Revision,
): Action[] {
  const isTold = metadata.annotations?.[REVISION] === String(newest);
  if (!current || revisionOf(current) !== newest || isTold || metadata.deletionTimestamp) return [];
  return [{ kind: 'setRevision', revision: String(newest) }];
}

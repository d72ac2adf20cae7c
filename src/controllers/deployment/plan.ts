import { isBeingDeleted, nameOf } from '../../apimachinery/object.ts';
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
  const revision = Math.max(0, ...others.map(revisionOf)) + 1;
  const made = mustMake(observed, current, others)
    ? newReplicaSet(deployment, revision, sizeOfNew(deployment, others, 0))
    : undefined;
  const steps = isBeingDeleted(deployment) || made ? [] : stepsOf(observed, current, others, revision);
  const { status, lookAgainAt } = countStatus(
    deployment,
    current,
    replicaSets.held,
    made && nameOf(made),
    now,
  );
  const history =
    isComplete(deployment, status) && !deployment.spec.paused ? surplusHistory(deployment, others) : [];
  return inStages<Action>(
    [
      claims,
      made ? [{ kind: 'createReplicaSet', replicaSet: made }] : steps,
      history.map((replicaSet) => ({ kind: 'deleteReplicaSet', replicaSet })),
      revisionAction(deployment, made ?? current, revision),
      [{ kind: 'updateStatus', status }],
    ],
    lookAgainAt,
  );
}

/** A paused deployment makes nothing new; one that recreates waits until nothing old is left. */
function mustMake(
  { deployment, hasPods }: Observed,
  current: ReplicaSet | undefined,
  others: readonly ReplicaSet[],
): boolean {
  if (current || deployment.spec.paused || isBeingDeleted(deployment)) return false;
  return isRolling(deployment) || !others.some((other) => replicasOf(other) > 0 || hasPods(other));
}

function stepsOf(
  observed: Observed,
  current: ReplicaSet | undefined,
  others: readonly ReplicaSet[],
  revision: number,
): Action[] {
  const { deployment } = observed;
  const all = current ? [current, ...others] : others;
  if (deployment.spec.paused || wasScaled(deployment, all))
    return resized(deployment, all, proportionalSizes(deployment, current, all));
  if (!current) {
    const running = others.filter((other) => replicasOf(other) > 0);
    return resized(deployment, running, new Map(running.map((other) => [other, 0])));
  }
  const newest = asNewest(deployment, current, revision);
  if (newest !== current) return [{ kind: 'updateReplicaSet', replicaSet: current, next: newest }];
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

function revisionAction({ metadata }: Deployment, current: ReplicaSet | undefined, next: number): Action[] {
  const revision = current?.metadata.annotations?.[REVISION];
  if (revision === undefined || Number(revision) < next - 1 || metadata.annotations?.[REVISION] === revision)
    return [];
  return [{ kind: 'setRevision', revision }];
}

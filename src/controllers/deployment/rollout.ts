import { isBeingDeleted, uidOf } from '../../apimachinery/object.ts';
import type { Deployment, ReplicaSet } from '../../generated/types.ts';
import { byAge } from '../framework/age.ts';
import { isRolling, updateBudget, wantedReplicas } from './budget.ts';
import { availableOf, type Observed, replicasOf, revisionOf, sum } from './observed.ts';
import { compareRevisions } from './revision.ts';

/** How many replicas each ReplicaSet should have after this step of a rollout. */
export type Sizes = ReadonlyMap<ReplicaSet, number>;

/** How many replicas the current ReplicaSet may have while the others keep theirs (`NewRSNewReplicas`). */
export function sizeOfNew(deployment: Deployment, all: readonly ReplicaSet[], own: number): number {
  const wanted = wantedReplicas(deployment);
  if (!isRolling(deployment)) return wanted;
  const room = wanted + updateBudget(deployment).maxSurge - sum(all, replicasOf);
  return room <= 0 ? own : own + Math.min(room, wanted - own);
}

/** The next step towards the current ReplicaSet alone. */
export function nextSizes(observed: Observed, current: ReplicaSet, others: readonly ReplicaSet[]): Sizes {
  return isRolling(observed.deployment)
    ? rollingSizes(observed.deployment, current, others)
    : recreateSizes(observed, current, others);
}

/** All old pods have to be gone before the first new one comes. */
function recreateSizes(
  { deployment, withRunningPods }: Observed,
  current: ReplicaSet,
  others: readonly ReplicaSet[],
): Sizes {
  const running = others.filter((other) => replicasOf(other) > 0);
  if (running.length > 0) return new Map(running.map((other) => [other, 0]));
  const waits = others.some((other) => withRunningPods.has(uidOf(other)));
  return new Map(waits ? [] : [[current, wantedReplicas(deployment)]]);
}

function rollingSizes(deployment: Deployment, current: ReplicaSet, others: readonly ReplicaSet[]): Sizes {
  const all = [current, ...others];
  const wanted = wantedReplicas(deployment);
  const size = replicasOf(current) > wanted ? wanted : sizeOfNew(deployment, all, replicasOf(current));
  // One step at a time: up first, then down.
  return size !== replicasOf(current) ? new Map([[current, size]]) : scaledDown(deployment, current, others);
}

/** Old pods that are not available go first, as many as stay within the budget; then available ones. */
function scaledDown(deployment: Deployment, current: ReplicaSet, others: readonly ReplicaSet[]): Sizes {
  const all = [current, ...others];
  const minAvailable = wantedReplicas(deployment) - updateBudget(deployment).maxUnavailable;
  const unavailableNew = replicasOf(current) - availableOf(current);
  let budget = sum(all, replicasOf) - minAvailable - unavailableNew;
  const sizes = new Map<ReplicaSet, number>();
  const oldestFirst = others.filter((other) => replicasOf(other) > 0).toSorted(byAge);
  for (const old of oldestFirst) {
    const unhealthy = Math.min(replicasOf(old) - availableOf(old), Math.max(0, budget));
    if (unhealthy <= 0) continue;
    sizes.set(old, replicasOf(old) - unhealthy);
    budget -= unhealthy;
  }
  let spare = Math.min(budget, sum(all, availableOf) - minAvailable);
  for (const old of oldestFirst) {
    const size = sizes.get(old) ?? replicasOf(old);
    const step = Math.min(size, Math.max(0, spare));
    if (step > 0) sizes.set(old, size - step);
    spare -= step;
  }
  return sizes;
}

/** Old ReplicaSets beyond `revisionHistoryLimit` that hold nothing any more, lowest revision first. */
export function surplusHistory(deployment: Deployment, others: readonly ReplicaSet[]): readonly ReplicaSet[] {
  const living = others.filter((old) => !isBeingDeleted(old));
  const surplus = living.length - (deployment.spec.revisionHistoryLimit ?? 10);
  if (surplus <= 0) return [];
  return living
    .toSorted((a, b) => compareRevisions(revisionOf(a), revisionOf(b)))
    .slice(0, surplus)
    .filter(isEmpty);
}

const isEmpty = (old: ReplicaSet) =>
  replicasOf(old) === 0 &&
  (old.status?.replicas ?? 0) === 0 &&
  (old.metadata.generation ?? 0) <= (old.status?.observedGeneration ?? 0);

import type { Deployment, ReplicaSet } from '../../generated/types.ts';
import { byAge } from '../framework/age.ts';
import { isRolling, updateBudget, wantedReplicas } from './budget.ts';
import { availableOf, DESIRED_REPLICAS, MAX_REPLICAS, replicasOf, sum } from './observed.ts';
import type { Sizes } from './rollout.ts';

/** Whether `spec.replicas` has changed since the ReplicaSets were last sized. */
export const wasScaled = (deployment: Deployment, replicaSets: readonly ReplicaSet[]): boolean =>
  replicaSets.some((replicaSet) => {
    const desired = replicaSet.metadata.annotations?.[DESIRED_REPLICAS];
    return (
      replicasOf(replicaSet) > 0 && desired !== undefined && Number(desired) !== wantedReplicas(deployment)
    );
  });

/** The sizes after a change of `spec.replicas`, which is no step of a rollout (upstream's `scale`). */
export function proportionalSizes(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
): Sizes {
  const active = all.filter((replicaSet) => replicasOf(replicaSet) > 0);
  const wanted = wantedReplicas(deployment);
  const only = active.length === 1 ? active[0] : active.length === 0 ? newestOf(current, all) : undefined;
  if (only) return new Map([[only, wanted]]);
  if (current && isSaturated(deployment, current)) {
    return new Map(active.filter((other) => other !== current).map((other) => [other, 0]));
  }
  return isRolling(deployment) ? spread(deployment, active) : new Map();
}

const newestOf = (current: ReplicaSet | undefined, all: readonly ReplicaSet[]) =>
  current ?? all.toSorted(byAge).at(-1);

/** It has all the replicas that the deployment wants, all available. */
const isSaturated = (deployment: Deployment, current: ReplicaSet) =>
  [replicasOf(current), availableOf(current), Number(current.metadata.annotations?.[DESIRED_REPLICAS])].every(
    (count) => count === wantedReplicas(deployment),
  );

/** Spreads a change of size over the ReplicaSets in the middle of a rollout, the larger ones taking more of it. */
function spread(deployment: Deployment, active: readonly ReplicaSet[]): Sizes {
  const wanted = wantedReplicas(deployment);
  const allowed = wanted > 0 ? wanted + updateBudget(deployment).maxSurge : 0;
  const change = allowed - sum(active, replicasOf);
  // Of the same size, the newer grow first and the older shrink first.
  const ordered = active.toSorted(
    (a, b) => replicasOf(b) - replicasOf(a) || (change > 0 ? byAge(b, a) : byAge(a, b)),
  );
  let left = change;
  const sizes = new Map<ReplicaSet, number>();
  for (const replicaSet of ordered) {
    const share = shareOf(deployment, replicaSet, allowed);
    const step = left === 0 ? 0 : change > 0 ? Math.min(share, left) : Math.max(share, left);
    sizes.set(replicaSet, replicasOf(replicaSet) + step);
    left -= step;
  }
  const largest = ordered[0]!;
  sizes.set(largest, Math.max(0, sizes.get(largest)! + left));
  return sizes;
}

/** What the ReplicaSet gains or loses if it keeps its part of the whole, as that was when it was last sized. */
function shareOf(deployment: Deployment, replicaSet: ReplicaSet, allowed: number): number {
  const size = replicasOf(replicaSet);
  if (wantedReplicas(deployment) === 0) return -size;
  const before =
    Number(replicaSet.metadata.annotations?.[MAX_REPLICAS] ?? 0) || (deployment.status?.replicas ?? 0);
  return before > 0 ? Math.round((size * allowed) / before) - size : 0;
}

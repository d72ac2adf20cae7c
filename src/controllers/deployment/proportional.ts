import type { Deployment, ReplicaSet } from '../../generated/types.ts';
import { isRolling, updateBudget, wantedReplicas } from './budget.ts';
import { DESIRED_REPLICAS, replicasOf, sum } from './observed.ts';
import type { Sizes } from './rollout.ts';

/** Whether `spec.replicas` has changed since the ReplicaSets were last sized. */
export const wasScaled = (deployment: Deployment, replicaSets: readonly ReplicaSet[]): boolean =>
  replicaSets.some((replicaSet) => {
    const desired = replicaSet.metadata.annotations?.[DESIRED_REPLICAS];
    return (
      replicasOf(replicaSet) > 0 && desired !== undefined && Number(desired) !== wantedReplicas(deployment)
    );
  });

/** Spreads a change of size over the ReplicaSets in the middle of a rollout, the larger ones taking more of it. */
export function proportionalSizes(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
): Sizes {
  const active = all.filter((replicaSet) => replicasOf(replicaSet) > 0);
  const wanted = wantedReplicas(deployment);
  const only = active.length === 1 ? active[0] : active.length === 0 ? current : undefined;
  if (only) return new Map([[only, wanted]]);
  if (!isRolling(deployment)) return new Map();
  const allowed = wanted > 0 ? wanted + updateBudget(deployment).maxSurge : 0;
  const total = sum(active, replicasOf);
  let left = allowed - total;
  const sizes = new Map<ReplicaSet, number>();
  const largestFirst = active.toSorted((a, b) => replicasOf(b) - replicasOf(a));
  for (const replicaSet of largestFirst) {
    const share = Math.round((replicasOf(replicaSet) * allowed) / total) - replicasOf(replicaSet);
    const step = left > 0 ? Math.min(Math.max(share, 0), left) : Math.max(Math.min(share, 0), left);
    sizes.set(replicaSet, replicasOf(replicaSet) + step);
    left -= step;
  }
  const largest = largestFirst[0]!;
  sizes.set(largest, Math.max(0, sizes.get(largest)! + left));
  return sizes;
}

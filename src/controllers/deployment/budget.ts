import { scaledValue } from '../../apimachinery/intOrString.ts';
import type { Deployment } from '../../generated/types.ts';

export const isRolling = (deployment: Deployment): boolean =>
  (deployment.spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';

export const wantedReplicas = (deployment: Deployment): number => deployment.spec.replicas ?? 1;

/** How many pods an update may add, and how many may be missing meanwhile (`ResolveFenceposts`). */
export function updateBudget(deployment: Deployment): { maxSurge: number; maxUnavailable: number } {
  const replicas = wantedReplicas(deployment);
  if (!isRolling(deployment)) return { maxSurge: 0, maxUnavailable: 0 };
  const rolling = deployment.spec.strategy?.rollingUpdate;
  const maxSurge = scaledValue(rolling?.maxSurge ?? '25%', replicas, true);
  if (replicas === 0) return { maxSurge, maxUnavailable: 0 };
  const maxUnavailable = Math.min(scaledValue(rolling?.maxUnavailable ?? '25%', replicas, false), replicas);
  return { maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable };
}

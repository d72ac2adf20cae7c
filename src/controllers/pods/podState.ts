import type { EpochMs } from '../../clock/clock.ts';
import type { Pod } from '../../generated/types.ts';

export const isSucceeded = (pod: Pod): boolean => pod.status?.phase === 'Succeeded';
export const isFailed = (pod: Pod): boolean => pod.status?.phase === 'Failed';
/** Nothing of it runs any more, and nothing will. */
export const isTerminal = (pod: Pod): boolean => isSucceeded(pod) || isFailed(pod);

const readyCondition = (pod: Pod) => pod.status?.conditions?.find((condition) => condition.type === 'Ready');

export const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === 'True';

/** When a pod that is ready now counts as available: `minReadySeconds` after it became so. Undefined while it is not ready. */
export function availableAt(pod: Pod, minReadySeconds: number): EpochMs | undefined {
  const condition = readyCondition(pod);
  if (condition?.status !== 'True') return undefined;
  if (minReadySeconds === 0) return 0;
  return condition.lastTransitionTime
    ? Date.parse(condition.lastTransitionTime) + minReadySeconds * 1000
    : undefined;
}

/** Ready for at least `minReadySeconds` (`podutil.IsPodAvailable`). */
export function isAvailable(pod: Pod, minReadySeconds: number, now: EpochMs): boolean {
  const time = availableAt(pod, minReadySeconds);
  return time !== undefined && time <= now;
}

export const createdAt = (pod: Pod): EpochMs => Date.parse(pod.metadata.creationTimestamp ?? '') || 0;

/** Oldest first; of the same second, by name, so that the order never depends on a cache. */
export const byAge = (a: Pod, b: Pod): number =>
  createdAt(a) - createdAt(b) || ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1);

import { nameOf } from '../../apimachinery/object.ts';
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

/** A bound pod is senior to one that waits for the scheduler, then age decides (`podByCreationTimestampAndPhase`). */
export const bySeniority = (a: Pod, b: Pod): number =>
  Number(!a.spec.nodeName) - Number(!b.spec.nodeName) || byAge(a, b);

export const createdAt = (pod: Pod): EpochMs => Date.parse(pod.metadata.creationTimestamp ?? '') || 0;

/** Oldest first; of the same second, by name, so that the order never depends on a cache. */
export function byAge(a: Pod, b: Pod): number {
  // Timestamps of one form compare as text, which is much cheaper than reading them.
  const [first = '', second = ''] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (first !== second) return first < second ? -1 : 1;
  return nameOf(a) < nameOf(b) ? -1 : 1;
}

import { nameOf } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Pod } from '../../generated/types.ts';

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

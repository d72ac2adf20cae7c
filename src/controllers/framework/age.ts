import { type KubernetesObject, nameOf } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';

export const createdAt = ({ metadata }: KubernetesObject): EpochMs =>
  Date.parse(metadata.creationTimestamp ?? '') || 0;

/** Oldest first; of the same second, by name, so that the order never depends on a cache. */
export function byAge(a: KubernetesObject, b: KubernetesObject): number {
  // Timestamps of one form compare as text, which is much cheaper than reading them.
  const [first = '', second = ''] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (first !== second) return first < second ? -1 : 1;
  return nameOf(a) < nameOf(b) ? -1 : 1;
}

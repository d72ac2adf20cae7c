import { parseQuantity, wholeValue } from '../../apimachinery/quantity.ts';
import type { Pod } from '../../generated/types.ts';
import { isMirrorPod } from '../../resources/pod/mirrorPod.ts';
import { aggregateRequests } from '../../resources/pod/resourceLists.ts';

/** What a pod uses of that which is short. */
export interface Consumer {
  readonly pod: Pod;
  readonly used: number;
}

/** From so high a priority on pods are the system's own. */
const SYSTEM_CRITICAL = 2_000_000_000;

/** Pods that no shortage ends (`kubetypes.IsCriticalPod`). */
export const isCritical = (pod: Pod): boolean =>
  isMirrorPod(pod) || (pod.spec.priority ?? 0) >= SYSTEM_CRITICAL;

/**
 * The pod that goes first: one that uses more than it requests, then one of lower priority, then the one that uses the most beyond its
 * requests (the kubelet's `rankMemoryPressure` and `rankDiskPressure`). Undefined when none may go.
 */
export function firstToGo(consumers: readonly Consumer[], resource: string): Consumer | undefined {
  const ranked = consumers
    .filter(({ pod }) => !isCritical(pod))
    .map((consumer) => ({ consumer, beyond: consumer.used - requested(consumer.pod, resource) }))
    .toSorted(
      (a, b) =>
        Number(b.beyond > 0) - Number(a.beyond > 0) ||
        (a.consumer.pod.spec.priority ?? 0) - (b.consumer.pod.spec.priority ?? 0) ||
        b.beyond - a.beyond,
    );
  return ranked[0]?.consumer;
}

function requested(pod: Pod, resource: string): number {
  const own = pod.spec.resources?.requests?.[resource];
  const amount = own === undefined ? aggregateRequests(pod.spec).get(resource) : parseQuantity(own);
  return amount ? wholeValue(amount) : 0;
}

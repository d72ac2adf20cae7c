import { wholeValue } from '../../apimachinery/quantity.ts';
import type { Pod } from '../../generated/types.ts';
import { isMirrorPod } from '../../resources/pod/mirrorPod.ts';
import { podAmounts } from '../../resources/pod/resourceLists.ts';
import { SYSTEM_CRITICAL_PRIORITY } from '../../resources/priorityClass.ts';

/** What a pod uses of that which is short. */
export interface Consumer {
  readonly pod: Pod;
  readonly used: number;
}

/** Pods that no shortage ends (`kubetypes.IsCriticalPod`). */
export const isCritical = (pod: Pod): boolean =>
  isMirrorPod(pod) || (pod.spec.priority ?? 0) >= SYSTEM_CRITICAL_PRIORITY;

/**
 * The pod that goes first: one that uses more than it requests, then one of lower priority, then the one that uses the most beyond its
 * requests (the kubelet's `rankMemoryPressure` and `rankDiskPressure`). Undefined when none may go.
 */
export function firstToGo<One extends Consumer>(
  consumers: readonly One[],
  resource: string,
): One | undefined {
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

function requested({ spec }: Pod, resource: string): number {
  const amount = podAmounts(spec, 'requests').get(resource);
  return amount ? wholeValue(amount) : 0;
}

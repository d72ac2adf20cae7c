import { deepEqual } from '../../apimachinery/object.ts';
import type { Change } from '../../client/informer.ts';
import type { Node } from '../../generated/types.ts';

/** Whether a node's change can move daemons: it came, went, or its labels or taints differ. Heartbeats do not count. */
export function changesPlacement({ before, after }: Change<Node>): boolean {
  if (!before || !after) return true;
  return (
    !deepEqual(before.metadata.labels ?? {}, after.metadata.labels ?? {}) ||
    !deepEqual(before.spec.taints ?? [], after.spec.taints ?? [])
  );
}

import { deepEqual } from '../apimachinery/object.ts';
import type { Node } from '../generated/types.ts';
import type { ClusterEvent } from './plugin.ts';

/** What is new about a node that scheduling cares for. Heartbeats change nothing. */
export function nodeChanges(before: Node | undefined, after: Node): ClusterEvent[] {
  if (!before) return ['nodeAdded'];
  const changes: ClusterEvent[] = [];
  if (!deepEqual(before.metadata.labels, after.metadata.labels)) changes.push('nodeLabels');
  if (
    !deepEqual(before.spec?.taints, after.spec?.taints) ||
    (before.spec?.unschedulable ?? false) !== (after.spec?.unschedulable ?? false)
  ) {
    changes.push('nodeTaints');
  }
  if (!deepEqual(before.status?.allocatable, after.status?.allocatable)) changes.push('nodeAllocatable');
  return changes;
}

/** Images make a node better, never possible: they wake nobody. */
export const hasOtherImages = (before: Node, after: Node): boolean =>
  !deepEqual(before.status?.images, after.status?.images);

import type { NodeInfo } from './nodeInfo.ts';
import type { ClusterEvent, Filter } from './plugin.ts';
import type { PodInfo } from './podInfo.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Whether an event may have made room for a pod that these filters turned away (KEP-4247). When it is about a node, filters that
 * look at nothing else are asked again, so that a node of no use to a pod does not wake it.
 */
export function mayHelp(
  event: ClusterEvent,
  node: NodeInfo | undefined,
  pod: PodInfo,
  rejectedBy: ReadonlySet<Filter>,
  snapshot: Snapshot,
): boolean {
  if (rejectedBy.size === 0) return true;
  for (const filter of rejectedBy) {
    if (!filter.helpedBy.includes(event)) continue;
    if (!node || !filter.isAboutNodeAlone || isRight(filter, node, pod, snapshot)) return true;
  }
  return false;
}

function isRight(filter: Filter, node: NodeInfo, pod: PodInfo, snapshot: Snapshot): boolean {
  if (pod.targetNodes && !pod.targetNodes.has(node.name)) return false;
  return filter.prepare(pod, snapshot)?.(node) === undefined;
}

import type { NodeInfo } from '../nodeInfo.ts';
import { HIGHEST_SCORE, type Score } from '../plugin.ts';
import type { PodInfo } from '../podInfo.ts';
import type { Snapshot } from '../snapshot.ts';
import {
  countByDomain,
  isInAllDomains,
  type SpreadConstraint,
  spreadConstraintsOf,
} from '../spreadConstraints.ts';

/** Constraints with `whenUnsatisfiable: ScheduleAnyway`: the fewer matching pods in the node's domains the better. */
export const podTopologySpread: Score = {
  name: 'PodTopologySpread',
  weight: 2,
  rate(pod, nodes, snapshot) {
    const constraints = spreadConstraintsOf(pod.pod, 'ScheduleAnyway');
    if (constraints.length === 0) return undefined;
    const costs = costsOf(constraints, pod, nodes, snapshot);
    const known = costs.filter((cost) => cost !== undefined);
    const [lowest, highest] = [Math.min(...known), Math.max(...known)];
    return costs.map((cost) => {
      if (cost === undefined) return 0;
      return highest === 0
        ? HIGHEST_SCORE
        : Math.floor((HIGHEST_SCORE * (highest + lowest - cost)) / highest);
    });
  },
};

/** Undefined for nodes that lack a label. A constraint over many domains weighs more: each pod says more there. */
function costsOf(
  constraints: readonly SpreadConstraint[],
  { pod }: PodInfo,
  nodes: readonly NodeInfo[],
  snapshot: Snapshot,
): (number | undefined)[] {
  const counted = snapshot.nodes.filter((node) => isInAllDomains(constraints, node));
  const parts = constraints.map((constraint) => {
    const counts = countByDomain(constraint, counted, pod.metadata.namespace);
    const weight = Math.log(counts.size + 2);
    return (node: NodeInfo) =>
      (counts.get(node.label(constraint.topologyKey)!) ?? 0) * weight + constraint.maxSkew - 1;
  });
  return nodes.map((node) =>
    isInAllDomains(constraints, node)
      ? Math.round(parts.reduce((sum, costOf) => sum + costOf(node), 0))
      : undefined,
  );
}

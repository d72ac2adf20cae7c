import type { Selector } from '../apimachinery/labels.ts';
import { isBeingDeleted } from '../apimachinery/object.ts';
import type { Pod, TopologySpreadConstraint } from '../generated/types.ts';
import { fitsNodeAffinity } from '../resources/placement/nodeAffinity.ts';
import { KEEPING_OUT, untoleratedTaint } from '../resources/placement/tolerations.ts';
import { selectorWithKeys } from './affinityTerms.ts';
import type { NodeInfo } from './nodeInfo.ts';

/** One rule of how pods spread over domains. */
export interface SpreadConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: Selector;
  /** Whether the node's pods count at all for this pod (KEP-3094). */
  counts(node: NodeInfo): boolean;
}

export const spreadConstraintsOf = (
  pod: Pod,
  whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway',
): SpreadConstraint[] =>
  (pod.spec.topologySpreadConstraints ?? [])
    .filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable)
    .map((constraint) => compile(constraint, pod));

function compile(constraint: TopologySpreadConstraint, pod: Pod): SpreadConstraint {
  const { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' } = constraint;
  return {
    topologyKey: constraint.topologyKey,
    maxSkew: constraint.maxSkew,
    minDomains: constraint.minDomains ?? 1,
    selector: selectorWithKeys(constraint.labelSelector, pod, constraint.matchLabelKeys),
    counts: ({ node }) =>
      (nodeAffinityPolicy !== 'Honor' || fitsNodeAffinity(pod, node)) &&
      (nodeTaintsPolicy !== 'Honor' ||
        !untoleratedTaint(node.spec?.taints, pod.spec.tolerations, KEEPING_OUT)),
  };
}

/** Whether the node lies in a domain of every constraint: else its pods count for none of them. */
export const isInAllDomains = (constraints: readonly SpreadConstraint[], node: NodeInfo): boolean =>
  constraints.every(({ topologyKey }) => node.label(topologyKey) !== undefined);

/** How many matching pods each domain of one constraint has, domains without any included. */
export function countByDomain(
  constraint: SpreadConstraint,
  nodes: readonly NodeInfo[],
  namespace: string | undefined,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    if (!constraint.counts(node)) continue;
    const domain = node.label(constraint.topologyKey)!;
    counts.set(domain, (counts.get(domain) ?? 0) + matchingPods(constraint.selector, node, namespace));
  }
  return counts;
}

function matchingPods(selector: Selector, node: NodeInfo, namespace: string | undefined): number {
  let count = 0;
  for (const { pod } of node.pods.values()) {
    if (
      pod.metadata.namespace === namespace &&
      !isBeingDeleted(pod) &&
      selector.matches(pod.metadata.labels)
    ) {
      count++;
    }
  }
  return count;
}

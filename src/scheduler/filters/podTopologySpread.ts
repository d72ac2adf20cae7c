import type { NodeInfo } from '../nodeInfo.ts';
import { type Filter, resolvable, unresolvable } from '../plugin.ts';
import type { PodInfo } from '../podInfo.ts';
import {
  countByDomain,
  isInAllDomains,
  type SpreadConstraint,
  spreadConstraintsOf,
} from '../spreadConstraints.ts';

const TOO_UNEVEN = resolvable("node(s) didn't match pod topology spread constraints");
const NO_DOMAIN = unresolvable(
  "node(s) didn't match pod topology spread constraints (missing required label)",
);

/** Constraints with `whenUnsatisfiable: DoNotSchedule`. */
export const podTopologySpread: Filter = {
  name: 'PodTopologySpread',
  helpedBy: [
    'nodeAdded',
    'nodeRemoved',
    'nodeLabels',
    'nodeTaints',
    'podAssigned',
    'podLabels',
    'podRemoved',
  ],
  prepare(pod, snapshot) {
    const constraints = spreadConstraintsOf(pod.pod, 'DoNotSchedule');
    if (constraints.length === 0) return undefined;
    const counted = snapshot.nodes.filter((node) => isInAllDomains(constraints, node));
    const tests = constraints.map((constraint) => skewTest(constraint, counted, pod));
    return (node) => {
      if (!isInAllDomains(constraints, node)) return NO_DOMAIN;
      return tests.every((isEven) => isEven(node)) ? undefined : TOO_UNEVEN;
    };
  },
};

/** Whether the node's domain, with the pod in it, is at most `maxSkew` ahead of the emptiest domain. */
function skewTest(constraint: SpreadConstraint, nodes: readonly NodeInfo[], { pod }: PodInfo) {
  const { topologyKey, maxSkew, minDomains, selector } = constraint;
  const counts = countByDomain(constraint, nodes, pod.metadata.namespace);
  // Fewer domains than wanted: one that is not there yet counts as the emptiest.
  const emptiest = counts.size < minDomains ? 0 : least(counts.values());
  const self = selector.matches(pod.metadata.labels) ? 1 : 0;
  return (node: NodeInfo): boolean =>
    (counts.get(node.label(topologyKey)!) ?? 0) + self - emptiest <= maxSkew;
}

/** There may be too many domains (hosts) to spread them into an argument list. */
function least(numbers: Iterable<number>): number {
  let minimum = Number.POSITIVE_INFINITY;
  for (const number of numbers) if (number < minimum) minimum = number;
  return minimum;
}

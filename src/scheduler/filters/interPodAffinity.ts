import { termMatches } from '../affinityTerms.ts';
import { domainsOf } from '../domains.ts';
import type { NodeInfo } from '../nodeInfo.ts';
import { type Filter, type NodeTest, type Rejection, resolvable, unresolvable } from '../plugin.ts';
import type { PodInfo } from '../podInfo.ts';
import type { Snapshot } from '../snapshot.ts';

const AFFINITY = unresolvable("node(s) didn't match pod affinity rules");
const ANTI_AFFINITY = resolvable("node(s) didn't match pod anti-affinity rules");
const OTHERS_ANTI_AFFINITY = resolvable("node(s) didn't satisfy existing pods anti-affinity rules");

/** Required pod affinity and anti-affinity, also that of the pods that are there already. */
export const interPodAffinity: Filter = {
  name: 'InterPodAffinity',
  helpedBy: ['nodeAdded', 'nodeLabels', 'podAssigned', 'podLabels', 'podRemoved'],
  prepare(pod, snapshot) {
    const tests = [
      affinityTest(pod, snapshot),
      antiAffinityTest(pod, snapshot),
      othersAntiAffinityTest(pod, snapshot),
    ].filter((test) => test !== undefined);
    return tests.length > 0 ? (node) => firstRejection(tests, node) : undefined;
  },
};

function firstRejection(tests: readonly NodeTest[], node: NodeInfo): Rejection | undefined {
  for (const test of tests) {
    const rejection = test(node);
    if (rejection) return rejection;
  }
  return undefined;
}

/** Each term needs a pod in the node's domain that all terms mean. The first of a group that wants itself as neighbour goes anywhere. */
function affinityTest({ pod, affinity: { required } }: PodInfo, snapshot: Snapshot): NodeTest | undefined {
  if (required.length === 0) return undefined;
  const areMeant = (other: PodInfo) =>
    required.every((term) => termMatches(term, other.pod, snapshot.namespaceLabels));
  const domains = domainsOf(snapshot.nodes, (other) => (areMeant(other) ? required : []));
  const isFirst =
    domains.isEmpty && required.every((term) => termMatches(term, pod, snapshot.namespaceLabels));
  return (node) => {
    const isRight = required.every(({ topologyKey }) =>
      isFirst ? node.label(topologyKey) !== undefined : domains.has(node, topologyKey),
    );
    return isRight ? undefined : AFFINITY;
  };
}

function antiAffinityTest({ affinity: { requiredAnti } }: PodInfo, snapshot: Snapshot): NodeTest | undefined {
  if (requiredAnti.length === 0) return undefined;
  const taken = domainsOf(snapshot.nodes, (other) =>
    requiredAnti.filter((term) => termMatches(term, other.pod, snapshot.namespaceLabels)),
  );
  return (node) => (taken.hasAny(node) ? ANTI_AFFINITY : undefined);
}

function othersAntiAffinityTest({ pod }: PodInfo, snapshot: Snapshot): NodeTest | undefined {
  if (!snapshot.hasPodsWithAffinity) return undefined;
  const kept = domainsOf(
    snapshot.nodes,
    ({ affinity }) =>
      affinity.requiredAnti.filter((term) => termMatches(term, pod, snapshot.namespaceLabels)),
    (node) => node.podsWithAffinity,
  );
  return kept.isEmpty ? undefined : (node) => (kept.hasAny(node) ? OTHERS_ANTI_AFFINITY : undefined);
}

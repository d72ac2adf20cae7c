import { termMatches } from '../affinityTerms.ts';
import { type Domains, domainsOf } from '../domains.ts';
import type { NodeInfo } from '../nodeInfo.ts';
import { toWholeRange } from '../normalizeScores.ts';
import type { Score } from '../plugin.ts';
import type { PodInfo } from '../podInfo.ts';
import type { Snapshot } from '../snapshot.ts';

/** Preferred pod affinity and anti-affinity, of the pod and of those that are there; what these require of others counts for 1 too. */
export const interPodAffinity: Score = {
  name: 'InterPodAffinity',
  weight: 2,
  rate(pod, nodes, snapshot) {
    const domains = [ownWishes(pod, snapshot), othersWishes(pod, snapshot)].filter(
      (wishes) => wishes !== undefined && !wishes.isEmpty,
    );
    if (domains.length === 0) return undefined;
    return toWholeRange(nodes.map((node) => sumOver(domains as Domains[], node)));
  },
};

const sumOver = (domains: readonly Domains[], node: NodeInfo): number =>
  domains.reduce((sum, wishes) => sum + wishes.sumFor(node), 0);

function ownWishes({ affinity }: PodInfo, snapshot: Snapshot): Domains | undefined {
  const terms = [...affinity.preferred, ...affinity.preferredAnti.map(negated)];
  if (terms.length === 0) return undefined;
  return domainsOf(snapshot.nodes, (other) =>
    terms.filter((term) => termMatches(term, other.pod, snapshot.namespaceLabels)),
  );
}

function othersWishes({ pod }: PodInfo, snapshot: Snapshot): Domains | undefined {
  if (!snapshot.hasPodsWithAffinity) return undefined;
  return domainsOf(
    snapshot.nodes,
    ({ affinity }) =>
      [...affinity.required, ...affinity.preferred, ...affinity.preferredAnti.map(negated)].filter((term) =>
        termMatches(term, pod, snapshot.namespaceLabels),
      ),
    ({ podsWithAffinity }) => podsWithAffinity,
  );
}

const negated = <Term extends { readonly weight: number }>(term: Term): Term => ({
  ...term,
  weight: -term.weight,
});

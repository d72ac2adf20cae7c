import { matchesTerm } from '../../resources/placement/nodeAffinity.ts';
import { toHighest } from '../normalizeScores.ts';
import type { Score } from '../plugin.ts';

/** Preferred node affinity: the sum of the weights that match. */
export const nodeAffinity: Score = {
  name: 'NodeAffinity',
  weight: 2,
  rate({ pod }, nodes) {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (preferred.length === 0) return undefined;
    const sums = nodes.map(({ node }) =>
      preferred.reduce(
        (sum, { preference, weight }) => (matchesTerm(preference, node) ? sum + weight : sum),
        0,
      ),
    );
    return toHighest(sums);
  },
};

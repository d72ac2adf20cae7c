import { toleratesTaint } from '../../resources/placement/tolerations.ts';
import { toHighest } from '../normalizeScores.ts';
import type { Score } from '../plugin.ts';

/** Rather not where a `PreferNoSchedule` taint is not tolerated. */
export const taintToleration: Score = {
  name: 'TaintToleration',
  weight: 3,
  rate({ pod }, nodes) {
    const counts = nodes.map(
      ({ node }) =>
        node.spec?.taints?.filter(
          (taint) => taint.effect === 'PreferNoSchedule' && !toleratesTaint(pod.spec.tolerations, taint),
        ).length ?? 0,
    );
    return counts.some((count) => count > 0) ? toHighest(counts, true) : undefined;
  },
};

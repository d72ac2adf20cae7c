import { HIGHEST_SCORE, type Score } from '../plugin.ts';

const RESOURCES = ['cpu', 'memory'] as const;

/** The emptier the better: the mean of what is left of CPU and memory (NodeResourcesFit's strategy LeastAllocated). */
export const leastAllocated: Score = {
  name: 'NodeResourcesFit',
  weight: 1,
  rate: ({ nonZeroRequests }, nodes) =>
    nodes.map(({ allocatable, nonZeroRequested }) => {
      let sum = 0;
      let known = 0;
      for (const resource of RESOURCES) {
        const all = allocatable.get(resource) ?? 0;
        if (all === 0) continue;
        known++;
        const left = all - nonZeroRequested[resource] - nonZeroRequests[resource];
        if (left > 0) sum += Math.floor((left * HIGHEST_SCORE) / all);
      }
      return known === 0 ? 0 : Math.floor(sum / known);
    }),
};

import type { NodeInfo } from '../nodeInfo.ts';
import { HIGHEST_SCORE, type Score } from '../plugin.ts';
import type { PodInfo } from '../podInfo.ts';

/** CPU and memory used up to the same part is better than one of them lying idle. Pods that ask for neither do not matter. */
export const balancedAllocation: Score = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  rate(pod, nodes) {
    if (!pod.requests.get('cpu') && !pod.requests.get('memory')) return undefined;
    return nodes.map((node) => {
      const [cpu, memory] = [partUsed(node, pod, 'cpu'), partUsed(node, pod, 'memory')];
      if (cpu === undefined || memory === undefined) return HIGHEST_SCORE;
      return Math.floor((1 - Math.abs(cpu - memory) / 2) * HIGHEST_SCORE);
    });
  },
};

/** With the pod on the node, 0 to 1; undefined when the node has none at all. */
function partUsed(node: NodeInfo, pod: PodInfo, resource: string): number | undefined {
  const all = node.allocatable.get(resource) ?? 0;
  if (all === 0) return undefined;
  const used = (node.requested.get(resource) ?? 0) + (pod.requests.get(resource) ?? 0);
  return Math.min(1, used / all);
}

import type { Random } from '../clock/random.ts';
import type { NodeInfo } from './nodeInfo.ts';
import { SCORES } from './plugins.ts';
import type { PodInfo } from './podInfo.ts';
import type { Snapshot } from './snapshot.ts';

/** Of nodes that are all possible (at least one), the one of the highest score; of several, one by chance. */
export function selectNode(
  pod: PodInfo,
  nodes: readonly NodeInfo[],
  snapshot: Snapshot,
  random: Random,
): NodeInfo {
  let chosen = nodes[0]!;
  if (nodes.length === 1) return chosen;
  const totals = totalScores(pod, nodes, snapshot);
  let highest = Number.NEGATIVE_INFINITY;
  let ties = 0;
  nodes.forEach((node, index) => {
    const score = totals[index]!;
    if (score > highest) [chosen, highest, ties] = [node, score, 1];
    else if (score === highest && random.next() * ++ties < 1) chosen = node;
  });
  return chosen;
}

function totalScores(pod: PodInfo, nodes: readonly NodeInfo[], snapshot: Snapshot): number[] {
  const totals = new Array<number>(nodes.length).fill(0);
  for (const { weight, rate } of SCORES) {
    const scores = rate(pod, nodes, snapshot);
    if (scores) for (let index = 0; index < totals.length; index++) totals[index]! += weight * scores[index]!;
  }
  return totals;
}

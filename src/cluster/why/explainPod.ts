import { isBeingDeleted, nameOf } from '../../apimachinery/object.ts';
import type { Pod } from '../../generated/types.ts';
import { conditionOf } from '../../resources/conditions.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import { podSummary } from '../../resources/pod/podStatusText.ts';
import { podWords } from './podWords.ts';
import type { Why } from './row.ts';
import { schedulingWords } from './schedulingWords.ts';
import type { Surroundings } from './surroundings.ts';

/** How a pod does; of one that is on no node yet also what each of the nodes lacks for it. */
export function explainPod(pod: Pod, surroundings: Surroundings): Why[] {
  const row = podRow(pod, surroundings);
  if (!isUnplaced(pod)) return [row];
  const { nodes, snapshot } = surroundings;
  return [
    row,
    ...nodes.map((node) => ({
      object: `pod/${nameOf(pod)}`,
      node: nameOf(node),
      state: '-',
      why: schedulingWords(pod, nameOf(node), snapshot),
    })),
  ];
}

/** How a pod does, in one line. */
export function podRow(pod: Pod, { nodes, now }: Surroundings): Why {
  const { nodeName } = pod.spec;
  const node = nodes.find((each) => nameOf(each) === nodeName);
  const what = { object: `pod/${nameOf(pod)}`, ...(nodeName && { node: nodeName }) };
  const state = podSummary(pod).status;
  if (isUnplaced(pod)) return { ...what, state, why: unplacedWords(pod) };
  return { ...what, state, why: node ? podWords(pod, node, 0, now) : 'its node is gone' };
}

const isUnplaced = (pod: Pod): boolean => !pod.spec.nodeName && !isBeingDeleted(pod) && !isTerminal(pod);

const unplacedWords = (pod: Pod): string =>
  conditionOf(pod, 'PodScheduled')?.message ?? 'waits for the scheduler';

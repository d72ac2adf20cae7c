import { formatQuantity, milliQuantity, wholeQuantity } from '../../apimachinery/quantity.ts';
import type { Pod } from '../../generated/types.ts';
import { conditionOf } from '../../resources/conditions.ts';
import { KEEPING_OUT, untoleratedTaint } from '../../resources/placement/tolerations.ts';
import { rejectionOf } from '../../scheduler/filterNodes.ts';
import type { NodeInfo } from '../../scheduler/nodeInfo.ts';
import { podInfoOf } from '../../scheduler/podInfo.ts';
import type { Snapshot } from '../../scheduler/snapshot.ts';
import { untoleratedWords } from './obstacleWords.ts';

const INSUFFICIENT = /^Insufficient (.+)$/;

/** Why the scheduler does not bind a pod to the node that it is for: its own filters are asked. */
export function schedulingWords(pod: Pod, nodeName: string, snapshot: Snapshot): string {
  const told = conditionOf(pod, 'PodScheduled');
  if (told?.reason === 'SchedulingGated') {
    const gates = (pod.spec.schedulingGates ?? []).map(({ name }) => name).join(', ');
    return `waits for its scheduling gates: ${gates}`;
  }
  const node = snapshot.node(nodeName);
  if (!node) return 'its node is gone';
  const rejection = rejectionOf(podInfoOf(pod), node, snapshot);
  if (!rejection) return told?.message ? `will be scheduled: ${told.message}` : 'waits for the scheduler';
  return rejection.reasons.map((reason) => reasonWords(reason, pod, node)).join(', ');
}

/** `Insufficient cpu: asks 2, free 500m`; a taint by its name; all else as the scheduler says it. */
function reasonWords(reason: string, pod: Pod, node: NodeInfo): string {
  const resource = INSUFFICIENT.exec(reason)?.[1];
  if (resource !== undefined) {
    const asked = podInfoOf(pod).requests.get(resource) ?? 0;
    const free = (node.allocatable.get(resource) ?? 0) - (node.requested.get(resource) ?? 0);
    return `${reason}: asks ${amountWords(resource, asked)}, free ${amountWords(resource, free)}`;
  }
  if (reason === 'Too many pods')
    return `${reason}: ${node.pods.size} of ${node.allocatable.get('pods') ?? 0}`;
  const taint = untoleratedTaint(node.node.spec.taints, pod.spec.tolerations, KEEPING_OUT);
  return taint && reason.includes('taint') ? untoleratedWords(taint) : reason;
}

/** The scheduler counts CPU in thousandths and the rest in whole units, most of it in bytes. */
const amountWords = (resource: string, amount: number): string =>
  formatQuantity(resource === 'cpu' ? milliQuantity(amount) : wholeQuantity(amount, 'BinarySI'));

import { milliValue, parseQuantity, type Quantity, wholeValue } from '../../apimachinery/quantity.ts';
import type { Node, Pod, Taint } from '../../generated/types.ts';
import { fitsNodeAffinity } from '../../resources/placement/nodeAffinity.ts';
import { toleratesTaint, untoleratedTaint } from '../../resources/placement/tolerations.ts';
import { qosClassOf } from '../../resources/pod/qosClass.ts';
import { aggregateRequests } from '../../resources/pod/resourceLists.ts';
import { isCritical } from '../pressure/evictionOrder.ts';

export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

const predicateFailure = (predicate: string, why: string): Rejection => ({
  reason: predicate,
  message: `Pod was rejected: Predicate ${predicate} failed: ${why}`,
});

/** Why the node cannot take the pod in beside the others, in upstream's words; undefined when it can. */
export function admissionProblem(pod: Pod, node: Node, others: readonly Pod[]): Rejection | undefined {
  return (
    outOfResource(resourceProblem(pod, node, others)) ??
    (fitsNodeAffinity(pod, node)
      ? undefined
      : predicateFailure('NodeAffinity', "node(s) didn't match Pod's node affinity/selector")) ??
    portProblem(pod, others) ??
    (untoleratedTaint(node.spec?.taints, pod.spec.tolerations, ['NoExecute'])
      ? predicateFailure('TaintToleration', "node(s) had taints that the pod didn't tolerate")
      : undefined)
  );
}

/** What the node has too little of. */
export interface Shortage {
  readonly resource: string;
  readonly why: string;
}

const outOfResource = (shortage: Shortage | undefined): Rejection | undefined =>
  shortage && { reason: `OutOf${shortage.resource}`, message: `Pod was rejected: ${shortage.why}` };

/** What the node lacks for this pod beside the others; undefined when it lacks nothing. */
export function resourceProblem(pod: Pod, node: Node, others: readonly Pod[]): Shortage | undefined {
  const allocatable = node.status?.allocatable ?? {};
  const pods = allocatable.pods;
  if (pods !== undefined && others.length + 1 > Number(pods))
    return outOf('pods', 1, others.length, Number(pods));
  const requests = aggregateRequests(pod.spec);
  if (requests.size === 0) return undefined;
  const usedByOthers = others.map(({ spec }) => aggregateRequests(spec));
  for (const [name, requested] of requests) {
    const capacity = allocatable[name];
    if (capacity === undefined || requested.nano === 0n) continue;
    const used = usedByOthers.reduce((sum, each) => sum + amount(name, each.get(name)), 0);
    const [wanted, available] = [amount(name, requested), amount(name, parseQuantity(capacity))];
    if (wanted > available - used) return outOf(name, wanted, used, available);
  }
  return undefined;
}

/** As upstream counts: processors in thousandths, the rest in whole units. */
const amount = (name: string, quantity: Quantity | undefined): number =>
  quantity === undefined ? 0 : name === 'cpu' ? milliValue(quantity) : wholeValue(quantity);

/** Why a node that runs short of something does not take the pod in (the kubelet's eviction manager); undefined when it does. */
export function pressureProblem(pod: Pod, pressures: ReadonlySet<string>): Rejection | undefined {
  if (pressures.size === 0 || isCritical(pod)) return undefined;
  const isOfMemory = pressures.size === 1 && pressures.has('MemoryPressure');
  if (
    isOfMemory &&
    (qosClassOf(pod.spec) !== 'BestEffort' || toleratesTaint(pod.spec.tolerations, LOW_MEMORY))
  )
    return undefined;
  const message = `Pod was rejected: The node had condition: [${[...pressures].join(' ')}]. `;
  return { reason: 'Evicted', message };
}

const LOW_MEMORY: Taint = { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' };

const outOf = (resource: string, requested: number, used: number, capacity: number): Shortage => ({
  resource,
  why: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
});

function portProblem(pod: Pod, others: readonly Pod[]): Rejection | undefined {
  const wanted = hostPorts(pod);
  if (wanted.length === 0) return undefined;
  const taken = new Set(others.flatMap(hostPorts));
  return wanted.some((port) => taken.has(port))
    ? predicateFailure('NodePorts', "node(s) didn't have free ports for the requested pod ports")
    : undefined;
}

const hostPorts = ({ spec }: Pod): string[] =>
  spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, protocol = 'TCP' }) => (hostPort ? [`${protocol}/${hostPort}`] : [])),
  );

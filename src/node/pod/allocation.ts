import { compareQuantities, milliValue, parseQuantity, wholeValue } from '../../apimachinery/quantity.ts';
import type { Container, Node, Pod, PodSpec, ResourceRequirements } from '../../generated/types.ts';
import { qosClassOf } from '../../resources/pod/qosClass.ts';
import { aggregateRequests } from '../../resources/pod/resourceLists.ts';
import { semanticEqual } from '../../resources/semanticEqual.ts';
import { resourceProblem } from './admission.ts';
import type { PodContainer } from './containers.ts';
import type { PodMemory } from './podMemory.ts';

/** Why a pod does not get what it was resized to (KEP-1287). */
export interface ResizeProblem {
  /** `Infeasible` never fits, `Deferred` may fit later. */
  readonly reason: 'Infeasible' | 'Deferred';
  readonly message: string;
}

/** What the node has set aside for the pod, which may not be what its spec asks for by now. */
type Allocated = Pick<PodMemory, 'allocated'>;

/** The resources of a container that its next life gets, and that this one shall have. */
export const allocatedResources = (
  { allocated }: Readonly<Allocated>,
  { name, spec }: PodContainer,
): ResourceRequirements | undefined =>
  allocated ? resourcesIn(allocated, name) : (spec as Container).resources;

const resourcesIn = ({ containers, initContainers = [] }: PodSpec, name: string) =>
  [...containers, ...initContainers].find((container) => container.name === name)?.resources;

/** The container as it is launched. */
export function asAllocated(memory: Readonly<Allocated>, placed: PodContainer): PodContainer {
  const resources = allocatedResources(memory, placed);
  const own = (placed.spec as Container).resources;
  return placed.role === 'ephemeral' || resources === own
    ? placed
    : { ...placed, spec: { ...placed.spec, ...(resources && { resources }) } };
}

/** The pod as it counts on its node. */
export function asCounted(
  pod: Pod,
  { allocated, judgedGeneration, resizePending }: Readonly<PodMemory>,
): Pod {
  const isSettled = !resizePending && judgedGeneration === pod.metadata.generation;
  if (isSettled || !allocated) return pod;
  const counted = (container: Container): Container => {
    const resources = resourcesIn(allocated, container.name);
    return { ...container, ...(resources && { resources }) };
  };
  const { containers, initContainers } = pod.spec;
  const spec = {
    ...pod.spec,
    containers: containers.map(counted),
    ...(initContainers && { initContainers: initContainers.map(counted) }),
  };
  return { ...pod, spec };
}

/** Whether two specs of a pod give its containers the same. */
export const hasSameAmounts = (a: PodSpec, b: PodSpec): boolean =>
  [...a.containers, ...(a.initContainers ?? [])].every(({ name, resources }) =>
    semanticEqual(resources, resourcesIn(b, name)),
  );

/** Why the node cannot give the pod what its spec asks for by now, in upstream's words; undefined when it can. */
export function resizeProblem(pod: Pod, node: Node, others: readonly Pod[]): ResizeProblem | undefined {
  const requests = aggregateRequests(pod.spec);
  const allocatable = node.status?.allocatable ?? {};
  for (const name of ['memory', 'cpu']) {
    const [wanted, capacity] = [requests.get(name), allocatable[name]];
    if (!wanted || capacity === undefined || compareQuantities(wanted, parseQuantity(capacity)) <= 0)
      continue;
    const amount = name === 'cpu' ? milliValue : wholeValue;
    const message = `Node didn't have enough capacity: ${name}, requested: ${amount(wanted)}, capacity: ${amount(parseQuantity(capacity))}`;
    return { reason: 'Infeasible', message };
  }
  const problem = resourceProblem(pod, node, others);
  return problem && { reason: 'Deferred', message: problem.why };
}

/** A resize that waits for room, and what decides about its turn. */
export interface WaitingResize {
  readonly pod: Pod;
  readonly memory: Readonly<PodMemory>;
}

/** Who is asked first when there is room: who wants no more than before, then by priority, by class, and by how long they have waited. */
export function byTurn(a: WaitingResize, b: WaitingResize): number {
  return (
    Number(wantsMore(a)) - Number(wantsMore(b)) ||
    (b.pod.spec.priority ?? 0) - (a.pod.spec.priority ?? 0) ||
    Number(isGuaranteed(b)) - Number(isGuaranteed(a)) ||
    (a.memory.resizePending?.since ?? 0) - (b.memory.resizePending?.since ?? 0)
  );
}

function wantsMore({ pod, memory }: WaitingResize): boolean {
  const before = aggregateRequests(asCounted(pod, memory).spec);
  return [...aggregateRequests(pod.spec)].some(([name, amount]) => {
    const had = before.get(name);
    return !had || compareQuantities(amount, had) > 0;
  });
}

const isGuaranteed = ({ pod }: WaitingResize): boolean => qosClassOf(pod.spec) === 'Guaranteed';

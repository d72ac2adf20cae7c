import type { Ms } from '../../clock/clock.ts';
import type { Container, ContainerStatus, Pod } from '../../generated/types.ts';
import { trueCondition } from '../../resources/conditions.ts';
import { hasSameAmounts } from './allocation.ts';
import type { PodMemory } from './podMemory.ts';

/**
 * What an earlier life of the agent had set aside for the pod, as its status tells it. Where that is not what the spec asks for, the agent
 * decides anew.
 */
export function recoverAllocation(pod: Pod, memory: PodMemory, elapsed: Ms): void {
  const { spec, status, metadata } = pod;
  const statuses = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  const recovered = (container: Container) =>
    asTold(
      container,
      statuses.find(({ name }) => name === container.name),
    );
  const allocated = {
    ...spec,
    containers: spec.containers.map(recovered),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(recovered) }),
  };
  const isSettled = hasSameAmounts(spec, allocated);
  memory.allocated = isSettled ? spec : allocated;
  memory.judgedGeneration = isSettled ? metadata.generation : undefined;
  const inProgress = trueCondition({ status }, 'PodResizeInProgress');
  if (inProgress) memory.resizing = { generation: inProgress.observedGeneration ?? 0, retryAt: elapsed };
}

function asTold(container: Container, status: ContainerStatus | undefined): Container {
  if (!status?.resources) return container;
  const { limits } = status.resources;
  const requests = status.allocatedResources;
  const resources = { ...container.resources, ...(limits && { limits }), ...(requests && { requests }) };
  return { ...container, resources };
}

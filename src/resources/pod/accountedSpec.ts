import { compareQuantities, parseQuantity } from '../../apimachinery/quantity.ts';
import type { Container, ContainerStatus, Pod, PodSpec } from '../../generated/types.ts';
import { trueCondition } from '../conditions.ts';
import { semanticEqual } from '../semanticEqual.ts';
import type { ResourceList } from './resourceLists.ts';

/**
 * The spec by which a pod is accounted for: while it is being resized each container counts with the most of what it shall have, what its
 * node has set aside for it, and what it has (KEP-1287). The spec itself where that is the same, as it is for pods that nobody has resized.
 */
export function accountedSpec({ metadata, spec, status }: Pod): PodSpec {
  if ((metadata.generation ?? 1) <= 1 || !status?.containerStatuses) return spec;
  const isInfeasible = trueCondition({ status }, 'PodResizePending')?.reason === 'Infeasible';
  const statuses = [...status.containerStatuses, ...(status.initContainerStatuses ?? [])];
  const accounted = (container: Container) =>
    accountedContainer(
      container,
      statuses.find(({ name }) => name === container.name),
      isInfeasible,
    );
  const containers = spec.containers.map(accounted);
  const initContainers = spec.initContainers?.map(accounted);
  if (isSame(containers, spec.containers) && isSame(initContainers, spec.initContainers)) return spec;
  return { ...spec, containers, ...(initContainers && { initContainers }) };
}

/** Whether a resize, or how far it has come, has changed what a pod is accounted for. */
export const countsOtherwise = (before: Pod, after: Pod): boolean =>
  (after.metadata.generation ?? 1) > 1 && !semanticEqual(accountedSpec(before), accountedSpec(after));

const isSame = (some: readonly Container[] = [], others: readonly Container[] = []): boolean =>
  some.every((container, index) => container === others[index]);

/** A resize that the node will never carry out does not count. */
function accountedContainer(
  container: Container,
  status: ContainerStatus | undefined,
  isInfeasible: boolean,
): Container {
  const { requests, limits } = status?.resources ?? {};
  if (!status?.resources) return container;
  const wanted = isInfeasible ? {} : container.resources;
  const resources = {
    ...container.resources,
    requests: most(wanted?.requests, requests, status.allocatedResources),
    limits: most(wanted?.limits, limits),
  };
  return semanticEqual(resources, container.resources) ? container : { ...container, resources };
}

function most(...lists: readonly (ResourceList | undefined)[]): ResourceList {
  const highest: ResourceList = {};
  for (const list of lists)
    for (const name in list) {
      const known = highest[name];
      if (known === undefined || compareQuantities(parseQuantity(known), parseQuantity(list[name]!)) < 0)
        highest[name] = list[name]!;
    }
  return highest;
}

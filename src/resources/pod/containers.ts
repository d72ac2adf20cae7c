import type { Container, ContainerStatus, EphemeralContainer, Pod, PodSpec } from '../../generated/types.ts';

/** A container of any sort, with the path at which it stands. */
export interface PlacedContainer {
  readonly container: Container | EphemeralContainer;
  readonly field: string;
}

/** All containers of a pod, in upstream's order: init containers, containers, ephemeral containers. */
export function* allContainers(spec: PodSpec, field: string): Generator<PlacedContainer> {
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    for (const [index, container] of (spec[list] ?? []).entries()) {
      yield { container, field: `${field}.${list}[${index}]` };
    }
  }
}

/** Whether an init container keeps running beside the containers (KEP-753). */
export const isSidecar = (container: Container | undefined): boolean => container?.restartPolicy === 'Always';

/** What is known of the init containers that keep running beside the containers. */
export function sidecarStatuses({ spec, status }: Pod): ContainerStatus[] {
  const names = new Set(spec.initContainers?.filter(isSidecar).map(({ name }) => name));
  return status?.initContainerStatuses?.filter(({ name }) => names.has(name)) ?? [];
}

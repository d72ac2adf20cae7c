import type { Container, EphemeralContainer, Pod, PodSpec } from '../../generated/types.ts';
import { isSidecar } from '../../resources/pod/containers.ts';

/** How a container takes part in its pod's life. */
export type Role = 'init' | 'sidecar' | 'main' | 'ephemeral';

export interface PodContainer {
  readonly name: string;
  readonly role: Role;
  readonly spec: Container | EphemeralContainer;
  /** As events name it: `spec.containers{app}`. */
  readonly fieldPath: string;
}

const known = new WeakMap<PodSpec, readonly PodContainer[]>();

/** The containers of a pod in the order in which they start. Worked out once: API objects never change. */
export function containersOf({ spec }: Pick<Pod, 'spec'>): readonly PodContainer[] {
  let containers = known.get(spec);
  if (!containers) {
    containers = inOrder(spec);
    known.set(spec, containers);
  }
  return containers;
}

function inOrder(spec: PodSpec): PodContainer[] {
  return [
    ...(spec.initContainers ?? []).map((container) =>
      place(container, 'initContainers', isSidecar(container) ? 'sidecar' : 'init'),
    ),
    ...spec.containers.map((container) => place(container, 'containers', 'main')),
    ...(spec.ephemeralContainers ?? []).map((container) =>
      place(container, 'ephemeralContainers', 'ephemeral'),
    ),
  ];
}

const place = (spec: Container | EphemeralContainer, list: string, role: Role): PodContainer => ({
  name: spec.name,
  role,
  spec,
  fieldPath: `spec.${list}{${spec.name}}`,
});

import { timestamp } from '../../clock/clock.ts';
import type { ContainerStatus, PodStatus } from '../../generated/types.ts';
import { conditionsOf } from './conditions.ts';
import { containerStatus } from './containerStatus.ts';
import { containersOf, type Role } from './containers.ts';
import { phaseOf } from './phase.ts';
import type { SeenPod } from './podMemory.ts';

/** What the status says of the node. */
export interface NodeFacts {
  readonly hostIPs: readonly string[];
  readonly runtimeName: string;
}

/** The part of `status` that the node agent writes. Pure: it changes only when what is known changes. */
export function podStatus(seen: SeenPod, node: NodeFacts): PodStatus {
  const { pod, memory } = seen;
  const phase = phaseOf(seen);
  const failure = memory.failure ?? (pod.status?.reason ? pod.status : undefined);
  const common: PodStatus = {
    phase,
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    ...(failure?.reason && { reason: failure.reason, message: failure.message ?? '' }),
    startTime: timestamp(memory.startTime),
    ...(pod.status?.qosClass && { qosClass: pod.status.qosClass }),
  };
  if (memory.isRejected) return common;
  return {
    ...common,
    conditions: conditionsOf(seen, phase),
    ...hostAddresses(node),
    ...podAddresses(memory.address),
    ...containerLists(seen, node),
  };
}

const hostAddresses = ({ hostIPs }: NodeFacts): PodStatus =>
  hostIPs[0] === undefined ? {} : { hostIP: hostIPs[0], hostIPs: hostIPs.map((ip) => ({ ip })) };

const podAddresses = (address: string | undefined): PodStatus =>
  address === undefined ? {} : { podIP: address, podIPs: [{ ip: address }] };

function containerLists(seen: SeenPod, { runtimeName }: NodeFacts): PodStatus {
  const statuses = (...roles: Role[]): ContainerStatus[] =>
    containersOf(seen.pod)
      .filter(({ role }) => roles.includes(role))
      .map((placed) => containerStatus(seen, placed, runtimeName));
  const init = statuses('init', 'sidecar');
  const ephemeral = statuses('ephemeral');
  return {
    ...(init.length > 0 && { initContainerStatuses: init }),
    containerStatuses: statuses('main').toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ...(ephemeral.length > 0 && { ephemeralContainerStatuses: ephemeral }),
  };
}

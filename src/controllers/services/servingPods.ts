import { isIPv6 } from 'node:net';
import { isBeingDeleted, nameOf } from '../../apimachinery/object.ts';
import type { Container, ObjectReference, Pod, Service, ServicePort } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import type { AddressFamily } from './serviceFacts.ts';

const hasEnded = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** The addresses that a pod has; none before it starts. */
function addressesOf({ status }: Pod): readonly string[] {
  const all = (status?.podIPs ?? []).map(({ ip }) => ip ?? '').filter(Boolean);
  return all.length > 0 ? all : [status?.podIP ?? ''].filter(Boolean);
}

/** Whether a pod is an endpoint at all, ready or not (`ShouldPodBeInEndpoints`). */
export const isEndpoint = (pod: Pod): boolean => !hasEnded(pod) && addressesOf(pod).length > 0;

/** The pod's address of a family. */
export const addressOf = (pod: Pod, family: AddressFamily): string | undefined =>
  addressesOf(pod).find((address) => isIPv6(address) === (family === 'IPv6'));

/** Whether a change of a pod changes anything that endpoints show of it, its labels aside (`podEndpointsChanged`). */
export const isEndpointChange = (before: Pod, after: Pod): boolean =>
  isBeingDeleted(before) !== isBeingDeleted(after) ||
  hasEnded(before) !== hasEnded(after) ||
  isReady(before) !== isReady(after) ||
  (before.status?.podIPs !== after.status?.podIPs &&
    addressesOf(before).join() !== addressesOf(after).join());

/** The number of the port behind a service's port; undefined when the pod has none of that name. */
export function targetPortOf(
  { spec }: Pod,
  { targetPort, port, protocol = 'TCP' }: ServicePort,
): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  if (targetPort === undefined) return port;
  for (const container of [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)])
    for (const { name, containerPort, protocol: offered = 'TCP' } of container.ports ?? [])
      if (name === targetPort && offered === protocol) return containerPort;
  return undefined;
}

const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';

/** The name under which a pod is found below that of its service: that of each pod of a StatefulSet, for instance. */
export const hostnameIn = ({ metadata, spec }: Pod, service: Service): string | undefined =>
  spec.subdomain === nameOf(service) && metadata.namespace === service.metadata.namespace
    ? spec.hostname || undefined
    : undefined;

export const referenceToPod = ({ metadata }: Pod): ObjectReference => ({
  kind: 'Pod',
  name: metadata.name!,
  namespace: metadata.namespace!,
  uid: metadata.uid!,
});

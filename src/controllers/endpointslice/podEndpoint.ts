import { isBeingDeleted } from '../../apimachinery/object.ts';
import type {
  DiscoveryV1EndpointPort,
  Endpoint,
  EndpointHints,
  Node,
  Pod,
  Service,
} from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import type { AddressFamily } from '../services/serviceFacts.ts';
import { addressOf, hostnameIn, referenceToPod, targetPortOf } from '../services/servingPods.ts';

const NEAR = ['PreferClose', 'PreferSameNode', 'PreferSameZone'];
const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** What a slice says of a pod; undefined for one without an address of that family. */
export function endpointOf(
  pod: Pod,
  node: Node | undefined,
  service: Service,
  family: AddressFamily,
): Endpoint | undefined {
  const address = addressOf(pod, family);
  if (address === undefined) return undefined;
  const { nodeName } = pod.spec;
  const zone = node?.metadata.labels?.[ZONE_LABEL];
  const hostname = hostnameIn(pod, service);
  const endpoint: Endpoint = {
    addresses: [address],
    conditions: conditionsOf(pod, service),
    targetRef: referenceToPod(pod),
    ...(nodeName && { nodeName }),
    ...(zone && { zone }),
    ...(hostname !== undefined && { hostname }),
  };
  const hints = hintsFor(endpoint, service);
  return hints ? { ...endpoint, hints } : endpoint;
}

/** A pod that is going may serve until it is gone, but is not ready for more. */
function conditionsOf(pod: Pod, { spec }: Service) {
  const serving = isReady(pod);
  const terminating = isBeingDeleted(pod);
  const ready = spec.publishNotReadyAddresses === true || (serving && !terminating);
  return { ready, serving, terminating };
}

/** Who should go there, if the service wants traffic to stay near (KEP-3015). */
function hintsFor({ conditions, zone, nodeName }: Endpoint, { spec }: Service): EndpointHints | undefined {
  const { trafficDistribution = '' } = spec;
  if (!conditions?.ready || !NEAR.includes(trafficDistribution)) return undefined;
  const forZones = zone && { forZones: [{ name: zone }] };
  const forNodes = nodeName && trafficDistribution === 'PreferSameNode' && { forNodes: [{ name: nodeName }] };
  return forZones || forNodes ? { ...forZones, ...forNodes } : undefined;
}

/** The service's ports at a pod: of one that is named there may be none, or another one than at its neighbour. */
export const portsAt = (pod: Pod, { spec }: Service): DiscoveryV1EndpointPort[] =>
  (spec.ports ?? []).flatMap((servicePort) => {
    const port = targetPortOf(pod, servicePort);
    if (port === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    return [{ name, port, protocol, ...(appProtocol !== undefined && { appProtocol }) }];
  });

/** What makes an endpoint the same one, however it fares. */
export const identityOf = ({ addresses, hostname, targetRef }: Endpoint): string =>
  [addresses?.toSorted().join(), hostname ?? '', targetRef?.namespace ?? '', targetRef?.name ?? ''].join(
    '\0',
  );

/** The order of endpoints that are new: by the name of their pod. */
export const byTarget = (a: Endpoint, b: Endpoint): number =>
  (a.targetRef?.name ?? '') < (b.targetRef?.name ?? '') ? -1 : 1;

import { isBeingDeleted } from '../../apimachinery/object.ts';
import type {
  CoreV1EndpointPort,
  EndpointAddress,
  EndpointSubset,
  Pod,
  Service,
} from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { repackSubsets } from '../../resources/endpointSubsets.ts';
import { type AddressFamily, familiesOf, isHeadless } from '../services/serviceFacts.ts';
import { addressOf, hostnameIn, isEndpoint, referenceToPod, targetPortOf } from '../services/servingPods.ts';

/** What the Endpoints of a service say of its pods, in their canonical form. */
export function subsetsOf(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const [family = 'IPv4'] = familiesOf(service);
  const publishesAll = service.spec.publishNotReadyAddresses === true;
  const subsets = pods
    .filter((pod) => isEndpoint(pod) && (publishesAll || !isBeingDeleted(pod)))
    .flatMap((pod) => {
      const address = endpointAddress(pod, service, family);
      if (!address) return [];
      const addresses =
        publishesAll || isReady(pod) ? { addresses: [address] } : { notReadyAddresses: [address] };
      return portsOf(pod, service).map((ports) => ({ ...addresses, ports }));
    });
  return repackSubsets(subsets);
}

function endpointAddress(pod: Pod, service: Service, family: AddressFamily): EndpointAddress | undefined {
  const ip = addressOf(pod, family);
  if (ip === undefined) return undefined;
  const { nodeName } = pod.spec;
  const hostname = hostnameIn(pod, service);
  return {
    ip,
    ...(nodeName && { nodeName }),
    targetRef: referenceToPod(pod),
    ...(hostname !== undefined && { hostname }),
  };
}

/** One list for each port that the pod has; a headless service without ports shows its pods with none. */
function portsOf(pod: Pod, service: Service): CoreV1EndpointPort[][] {
  const { ports = [] } = service.spec;
  if (ports.length === 0) return isHeadless(service) ? [[]] : [];
  return ports.flatMap((servicePort) => {
    const port = targetPortOf(pod, servicePort);
    if (port === undefined) return [];
    const { name, protocol = 'TCP', appProtocol } = servicePort;
    return [[{ ...(name && { name }), port, protocol, ...(appProtocol !== undefined && { appProtocol }) }]];
  });
}

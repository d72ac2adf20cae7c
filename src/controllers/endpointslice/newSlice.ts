import { nameOf } from '../../apimachinery/object.ts';
import type { DiscoveryV1EndpointPort, EndpointSlice, Service } from '../../generated/types.ts';
import {
  HEADLESS,
  MANAGED_BY,
  SERVICE_NAME,
  SLICE_CONTROLLER,
} from '../../resources/endpointslice/sliceLabels.ts';
import { Services } from '../../resources/kinds.ts';
import { controllerReference } from '../framework/ownership.ts';
import { type AddressFamily, isHeadless } from '../services/serviceFacts.ts';

/** A slice of a service without endpoints yet; the API server names it. */
export const newSlice = (
  service: Service,
  addressType: AddressFamily,
  ports: readonly DiscoveryV1EndpointPort[],
): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    generateName: `${nameOf(service)}-`,
    namespace: service.metadata.namespace!,
    labels: labelsFor(service),
    ownerReferences: [controllerReference(Services, service)],
  },
  addressType,
  endpoints: [],
  ports: [...ports],
});

/** The service's own labels, and those that say whose slice it is: these nobody else sets. */
export function labelsFor(service: Service): Record<string, string> {
  const { [HEADLESS]: _, ...labels } = service.metadata.labels ?? {};
  return {
    ...labels,
    ...(isHeadless(service) && { [HEADLESS]: '' }),
    [SERVICE_NAME]: nameOf(service),
    [MANAGED_BY]: SLICE_CONTROLLER,
  };
}

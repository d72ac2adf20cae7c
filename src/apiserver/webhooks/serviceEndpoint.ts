import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { EndpointSlice, Service } from '../../generated/types.ts';
import { SERVICE_NAME } from '../../resources/endpointslice/sliceLabels.ts';
import { EndpointSlices, Services } from '../../resources/kinds.ts';
import type { Store } from '../../store/store.ts';
import { scopePrefix, storageKey } from '../registry/target.ts';

/** Where to connect to. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The port of a service that somebody wants to reach. */
export interface ServicePortReference {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/**
 * Where a service is served, by its EndpointSlices: the API server need not be on a host whose network leads cluster addresses to pods.
 * Throws in upstream's words (`ResolveEndpoint`) where nobody serves it.
 */
export function serviceEndpoint(store: Store, { namespace, name, port }: ServicePortReference): Address {
  const stored = store.get(storageKey(Services, namespace, name));
  if (!stored) throw new Error(`service ${JSON.stringify(name)} not found`);
  const { spec } = stored.object as Service;
  const servicePort = spec.ports?.find((each) => each.port === port);
  if (!servicePort) throw new Error(`no service port ${port} found for service ${JSON.stringify(name)}`);
  if (spec.type === 'ExternalName') return { host: spec.externalName ?? '', port };
  const found = slicesOf(store, namespace, name).map((slice) => readyIn(slice, servicePort.name ?? ''));
  const address = found.find((each) => each !== undefined);
  if (!address) throw new Error(`no endpoints available for service ${JSON.stringify(name)}`);
  return address;
}

const slicesOf = (store: Store, namespace: string, name: string): readonly EndpointSlice[] =>
  store
    .list(scopePrefix({ resource: EndpointSlices, namespace }))
    .items.map(({ object }: { object: KubernetesObject }) => object as EndpointSlice)
    .filter(({ metadata }) => metadata.labels?.[SERVICE_NAME] === name);

/** An endpoint that says nothing of itself is ready. */
function readyIn({ endpoints = [], ports = [] }: EndpointSlice, portName: string): Address | undefined {
  const port = ports.find(({ name = '' }) => name === portName)?.port;
  const [host] = endpoints.find(({ conditions }) => conditions?.ready ?? true)?.addresses ?? [];
  return host !== undefined && port !== undefined ? { host, port } : undefined;
}

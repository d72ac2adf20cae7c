import { isIPv4 } from 'node:net';
import type { EndpointSlice, Service, ServicePort } from '../../generated/types.ts';
import type { LoadBalancer, ServiceRoute } from '../../runtime/serviceRoutes.ts';
import { best, endpointsOfPort, type Here, isPort, serviceOf } from './serviceEndpoints.ts';

/** A service with this label is another proxy's. */
const OTHER_PROXY_LABEL = 'service.kubernetes.io/service-proxy-name';
const DEFAULT_AFFINITY_SECONDS = 10_800;
const LONGEST_AFFINITY_SECONDS = 86_400;
const RANGE = /^(.+)\/(\d{1,2})$/;

export interface ServiceWorld {
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly here: Here;
  /** `default/kubernetes`: services that are reached by other means. */
  readonly except: ReadonlySet<string>;
}

/**
 * The ways to all services that have an address in the cluster, in the order of their names. What is no address of IPv4 is left out,
 * wherever it stands: a service is a record that anybody may have written.
 */
export function serviceRoutes({ services, slices, here, except }: ServiceWorld): ServiceRoute[] {
  const slicesOf = Map.groupBy(slices, serviceOf);
  return services
    .filter((service) => isProxied(service) && !except.has(nameOf(service)))
    .flatMap((service) =>
      (service.spec.ports ?? []).map((port) =>
        routeOf(service, port, slicesOf.get(nameOf(service)) ?? [], here),
      ),
    )
    .toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

const nameOf = ({ metadata }: Service): string => `${metadata.namespace}/${metadata.name}`;

const sortKey = ({ name, protocol, port }: ServiceRoute): string => `${name} ${protocol} ${port}`;

const isProxied = ({ metadata, spec }: Service): boolean =>
  spec.type !== 'ExternalName' &&
  isIPv4(spec.clusterIP ?? '') &&
  metadata.labels?.[OTHER_PROXY_LABEL] === undefined;

function routeOf(
  service: Service,
  port: ServicePort,
  slices: readonly EndpointSlice[],
  here: Here,
): ServiceRoute {
  const { spec } = service;
  const endpoints = endpointsOfPort(slices, port);
  return {
    name: port.name ? `${nameOf(service)}:${port.name}` : nameOf(service),
    protocol: (port.protocol ?? 'TCP') as ServiceRoute['protocol'],
    clusterIP: spec.clusterIP ?? '',
    port: port.port,
    nodePort: spec.type !== 'ClusterIP' && isPort(port.nodePort) ? port.nodePort : undefined,
    externalIPs: (spec.externalIPs ?? []).filter(isIPv4),
    loadBalancer: loadBalancerOf(service),
    endpoints: best(endpoints, here),
    localEndpoints: best(
      endpoints.filter(({ node }) => here.nodes.has(node)),
      here,
    ),
    isInternalLocal: spec.internalTrafficPolicy === 'Local',
    isExternalLocal: spec.externalTrafficPolicy === 'Local',
    affinitySeconds: affinityOf(service),
  };
}

function loadBalancerOf({ spec, status }: Service): LoadBalancer {
  if (spec.type !== 'LoadBalancer') return { addresses: [], sourceRanges: [] };
  const ingress = status?.loadBalancer?.ingress ?? [];
  return {
    // What is sent to the others comes from the load balancer itself, at the node's port.
    addresses: ingress.flatMap(({ ip = '', ipMode }) => (isIPv4(ip) && ipMode !== 'Proxy' ? [ip] : [])),
    sourceRanges: (spec.loadBalancerSourceRanges ?? []).map((range) => range.trim()).filter(isRange),
  };
}

function isRange(text: string): boolean {
  const [, address = '', bits] = RANGE.exec(text) ?? [];
  return isIPv4(address) && Number(bits) <= 32;
}

function affinityOf({ spec }: Service): number | undefined {
  if (spec.sessionAffinity !== 'ClientIP') return undefined;
  const { timeoutSeconds = DEFAULT_AFFINITY_SECONDS } = spec.sessionAffinityConfig?.clientIP ?? {};
  return Math.min(Math.max(1, timeoutSeconds), LONGEST_AFFINITY_SECONDS);
}

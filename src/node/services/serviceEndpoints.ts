import { isIPv4 } from 'node:net';
import type { Endpoint, EndpointHints, EndpointSlice, ServicePort } from '../../generated/types.ts';
import { SERVICE_NAME } from '../../resources/endpointslice/sliceLabels.ts';

/** `default/web`: the service whose endpoints a slice holds. */
export const serviceOf = ({ metadata }: EndpointSlice): string =>
  `${metadata.namespace}/${metadata.labels?.[SERVICE_NAME] ?? ''}`;

export const isPort = (port: number | undefined): port is number =>
  port !== undefined && Number.isInteger(port) && port > 0 && port < 65_536;

export interface ServingEndpoint {
  /** `10.244.1.7:8080`. */
  readonly target: string;
  readonly node: string;
  readonly isReady: boolean;
  /** For whom it is best, where that has been said. */
  readonly hints: EndpointHints | undefined;
}

/** Where this host is. */
export interface Here {
  readonly nodes: ReadonlySet<string>;
  readonly zones: ReadonlySet<string>;
}

/** Where a port of a service is served, ready or about to end, each once and in order. Only IPv4. */
export function endpointsOfPort(
  slices: readonly EndpointSlice[],
  { name = '', protocol = 'TCP' }: Pick<ServicePort, 'name' | 'protocol'>,
): ServingEndpoint[] {
  const found = new Map<string, ServingEndpoint>();
  for (const { addressType, ports = [], endpoints = [] } of slices) {
    if (addressType !== 'IPv4') continue;
    const same = ports.find((port) => (port.name ?? '') === name && (port.protocol ?? 'TCP') === protocol);
    if (!isPort(same?.port)) continue;
    for (const endpoint of endpoints) {
      const serving = servingAt(endpoint, same.port);
      // One that moves from slice to slice is for a moment in both.
      if (serving && !found.get(serving.target)?.isReady) found.set(serving.target, serving);
    }
  }
  return [...found.values()].toSorted((a, b) => (a.target < b.target ? -1 : 1));
}

function servingAt({ addresses, conditions, nodeName = '', hints }: Endpoint, port: number) {
  const address = addresses[0] ?? '';
  const isReady = conditions?.ready ?? true;
  const serves = isReady || (conditions?.terminating === true && (conditions.serving ?? true));
  if (!serves || !isIPv4(address)) return undefined;
  return { target: `${address}:${port}`, node: nodeName, isReady, hints };
}

/** The ready ones that are best for this host; where none is ready, those that serve until they have ended (KEP-1669). */
export function best(endpoints: readonly ServingEndpoint[], here: Here): string[] {
  const ready = endpoints.filter(({ isReady }) => isReady);
  return (ready.length > 0 ? near(ready, here) : endpoints).map(({ target }) => target);
}

/** Hints count only where all endpoints have some, and one is for us (`trafficDistribution`). The node goes before the zone. */
function near(endpoints: readonly ServingEndpoint[], { nodes, zones }: Here): readonly ServingEndpoint[] {
  const named = ({ hints }: ServingEndpoint, kind: keyof EndpointHints) =>
    hints?.[kind]?.map(({ name }) => name) ?? [];
  for (const [kind, own] of [
    ['forNodes', nodes],
    ['forZones', zones],
  ] as const) {
    const ours = endpoints.filter((endpoint) => named(endpoint, kind).some((name) => own.has(name)));
    if (ours.length > 0 && endpoints.every((endpoint) => named(endpoint, kind).length > 0)) return ours;
  }
  return endpoints;
}

import type { ServiceRoute } from '../../serviceRoutes.ts';
import { balance, endpointChains, type RouteSurroundings } from './balancing.ts';
import { shortHash } from './chainNames.ts';

/** What one port of a service needs. */
export interface RouteChains {
  /** From the service's own addresses. */
  readonly entries: readonly string[];
  /** From ports of the node. */
  readonly nodePorts: readonly string[];
  /** Chains of its own. */
  readonly chains: readonly [chain: string, rules: readonly string[]][];
  /** Where nobody serves it. */
  readonly refusals: readonly string[];
}

/**
 * As kube-proxy leads connections: to one of the endpoints by chance, or to the one that the client had; with the host's address as
 * sender where the answer would not find back otherwise.
 */
export function routeChains(route: ServiceRoute, surroundings: RouteSurroundings): RouteChains {
  const { endpoints, localEndpoints } = route;
  const chains = chainsOf(route, surroundings);
  const used = endpoints.length > 0 ? new Set([...endpoints, ...localEndpoints]) : [];
  return {
    entries: [...clusterEntries(route, surroundings), ...outerEntries(route, surroundings)],
    nodePorts: nodePortEntries(route, surroundings),
    chains: [...chains, ...endpointChains(route, surroundings, [...used])],
    refusals: refusalsOf(route),
  };
}

/** `SVC`: to all endpoints, `LOC`: to those of this host, `EXT`: for who comes from outside. */
type Kind = 'SVC' | 'LOC' | 'EXT';

const chainOf = ({ name, protocol }: ServiceRoute, { prefix }: RouteSurroundings, kind: Kind): string =>
  `${prefix}${kind}-${shortHash(`${name} ${protocol}`, 10)}`;

const isReachedFromOutside = ({ nodePort, externalIPs, loadBalancer }: ServiceRoute): boolean =>
  nodePort !== undefined || externalIPs.length > 0 || loadBalancer.addresses.length > 0;

/** To what inner connections are led. */
const innerTargets = ({ isInternalLocal, localEndpoints, endpoints }: ServiceRoute): readonly string[] =>
  isInternalLocal ? localEndpoints : endpoints;

function chainsOf(route: ServiceRoute, surroundings: RouteSurroundings): [string, readonly string[]][] {
  const { endpoints, localEndpoints, isExternalLocal, isInternalLocal } = route;
  if (endpoints.length === 0) return [];
  const isOuter = isReachedFromOutside(route);
  const hasLocal = localEndpoints.length > 0;
  const chains: [string, readonly string[]][] = [];
  const add = (kind: Kind, rules: readonly string[]) =>
    chains.push([chainOf(route, surroundings, kind), rules]);
  if (isOuter) add('EXT', externalRules(route, surroundings));
  if (isOuter || !isInternalLocal) add('SVC', balance(route, surroundings, endpoints));
  if (hasLocal && (isInternalLocal || isExternalLocal || isSplit(route)))
    add('LOC', balance(route, surroundings, localEndpoints));
  return chains;
}

/** Whether a port of the node leads also to other hosts, which nobody reaches from the loopback. */
const isSplit = ({ nodePort, endpoints, localEndpoints }: ServiceRoute): boolean =>
  nodePort !== undefined &&
  localEndpoints.length > 0 &&
  endpoints.some((target) => !localEndpoints.includes(target));

/** Who asks from this host or from a pod is not from outside, whatever address they ask for. */
function externalRules(route: ServiceRoute, surroundings: RouteSurroundings): string[] {
  const toAll = `-j ${chainOf(route, surroundings, 'SVC')}`;
  const mark = `-j ${surroundings.prefix}MARK`;
  if (!route.isExternalLocal) return [mark, toAll];
  return [
    `-s ${surroundings.clusterCIDR} ${toAll}`,
    `-m addrtype --src-type LOCAL ${mark}`,
    `-m addrtype --src-type LOCAL ${toAll}`,
    ...(route.localEndpoints.length > 0 ? [`-j ${chainOf(route, surroundings, 'LOC')}`] : []),
  ];
}

function clusterEntries(route: ServiceRoute, surroundings: RouteSurroundings): string[] {
  if (innerTargets(route).length === 0) return [];
  const match = matching(route, route.clusterIP);
  const chain = chainOf(route, surroundings, route.isInternalLocal ? 'LOC' : 'SVC');
  return [`! -s ${surroundings.clusterCIDR} ${match} -j ${surroundings.prefix}MARK`, `${match} -j ${chain}`];
}

function outerEntries(route: ServiceRoute, surroundings: RouteSurroundings): string[] {
  if (route.endpoints.length === 0) return [];
  const target = `-j ${chainOf(route, surroundings, 'EXT')}`;
  return outerMatches(route).map((match) => `${match} ${target}`);
}

/** How connections to outer addresses are known. A load balancer's may be for some only; of others nothing is made. */
function outerMatches(route: ServiceRoute): string[] {
  const { externalIPs, loadBalancer } = route;
  const { addresses, sourceRanges } = loadBalancer;
  const from = sourceRanges.length === 0 ? [''] : sourceRanges.map((range) => `-s ${range} `);
  return [
    ...externalIPs.map((address) => matching(route, address)),
    ...addresses.flatMap((address) => from.map((source) => source + matching(route, address))),
  ];
}

function nodePortEntries(route: ServiceRoute, surroundings: RouteSurroundings): string[] {
  const { nodePort, endpoints } = route;
  if (nodePort === undefined || endpoints.length === 0) return [];
  const match = matching(route, undefined, nodePort);
  const ofLoopback = `-d 127.0.0.0/8 ${match}`;
  return [
    ...(isSplit(route)
      ? [
          `${ofLoopback} -j ${surroundings.prefix}MARK`,
          `${ofLoopback} -j ${chainOf(route, surroundings, 'LOC')}`,
        ]
      : []),
    `${match} -j ${chainOf(route, surroundings, 'EXT')}`,
  ];
}

/** Where nobody serves at all clients are told at once; where it is served elsewhere they may try there. */
function refusalsOf(route: ServiceRoute): string[] {
  const { nodePort, endpoints, localEndpoints, isExternalLocal } = route;
  const target = endpoints.length > 0 ? '-j DROP' : '-j REJECT';
  const inner = innerTargets(route).length > 0 ? [] : [matching(route, route.clusterIP)];
  const isServed = (isExternalLocal ? localEndpoints : endpoints).length > 0;
  const atNode =
    nodePort === undefined ? [] : [`-m addrtype --dst-type LOCAL ${matching(route, undefined, nodePort)}`];
  const outer = isServed ? [] : [...outerMatches(route), ...atNode];
  return [...inner, ...outer].map((match) => `${match} ${target}`);
}

/** The comment tells people who read the rules what they are about. */
function matching({ protocol, name, port }: ServiceRoute, address?: string, at = port): string {
  const kind = protocol.toLowerCase();
  const to = address === undefined ? '' : `-d ${address}/32 `;
  return `${to}-p ${kind} -m ${kind} --dport ${at} -m comment --comment ${name}`;
}

import { BlockList } from 'node:net';
import type { PodRoute } from '../runtime.ts';

/** As `ip -json route` tells it. */
export interface HostRoute {
  readonly dst: string;
  readonly gateway?: string;
  readonly protocol?: string;
}

/** A network that the host is in, by its own address there. */
export interface NearNetwork {
  readonly local: string;
  readonly prefixlen: number;
}

export interface RoutePlan {
  readonly remove: readonly PodRoute[];
  readonly add: readonly PodRoute[];
  /** Their next hop is in no network of this host: somebody else would have to know the way. */
  readonly unreachable: readonly PodRoute[];
}

/** What we write bears this number (see `/etc/iproute2/rt_protos`), and nothing else is ever touched. */
export const ROUTE_PROTOCOL = '83';

/** What is to be done so that the host knows the way to the pods of the others. A way that somebody else has set stays. */
export function planRoutes(
  wanted: readonly PodRoute[],
  routes: readonly HostRoute[],
  networks: readonly NearNetwork[],
): RoutePlan {
  const isNear = nearness(networks);
  const reachable = wanted.filter(({ via }) => isNear(via));
  const present = ownRoutes(routes);
  const foreign = new Set(routes.filter((route) => !isOwn(route)).map(({ dst }) => dst));
  return {
    remove: present.filter((route) => !includes(reachable, route)),
    add: reachable.filter((route) => !includes(present, route) && !foreign.has(route.podCIDR)),
    unreachable: wanted.filter(({ via }) => !isNear(via)),
  };
}

/** Those that an agent has set. */
export const ownRoutes = (routes: readonly HostRoute[]): PodRoute[] =>
  routes.filter(isOwn).map(({ dst, gateway = '' }) => ({ podCIDR: dst, via: gateway }));

const isOwn = ({ protocol }: HostRoute) => protocol === ROUTE_PROTOCOL;

const includes = (routes: readonly PodRoute[], { podCIDR, via }: PodRoute): boolean =>
  routes.some((route) => route.podCIDR === podCIDR && route.via === via);

function nearness(networks: readonly NearNetwork[]): (address: string) => boolean {
  const near = new BlockList();
  for (const { local, prefixlen } of networks) near.addSubnet(local, prefixlen);
  return (address) => near.check(address);
}

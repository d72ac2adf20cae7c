import type { ServiceRoute, ServiceTable } from '../../serviceRoutes.ts';
import { type Signs, signsOfCluster } from './chainNames.ts';
import { type RouteChains, routeChains } from './routeChains.ts';
import { type Chains, noRules, type Tables } from './tables.ts';

export interface ProxyPlace {
  readonly bridge: string;
  /** The addresses of all pods. */
  readonly clusterCIDR: string;
  /** The addresses of the pods on the bridge, where the kernel does not look at what they send to each other. */
  readonly unseenRange: string | undefined;
}

/** What marks a packet that must seem to come from the host (upstream's bit). */
const MARK = '0x4000/0x4000';

/**
 * The chains that lead connections to the services of a cluster to who serves them, and what leads from the kernel's own chains
 * there. Nothing at all where there are no services.
 */
export function serviceChains({ cluster, routes }: ServiceTable, place: ProxyPlace): Tables {
  if (routes.length === 0) return noRules();
  const signs = signsOfCluster(place.bridge, cluster);
  const { prefix } = signs;
  const parts = routes.map((route) => routeChains(route, { prefix, clusterCIDR: place.clusterCIDR }));
  const own = { nat: natChains(prefix, parts, place), filter: filterChains(prefix, parts) };
  return withJumps(own, routes, signs, place.bridge);
}

function natChains(prefix: string, parts: readonly RouteChains[], place: ProxyPlace): Chains {
  const { unseenRange } = place;
  return new Map([
    [
      `${prefix}SERVICES`,
      [
        ...parts.flatMap(({ entries }) => entries),
        // Services at their own addresses come first: a host may have one of those.
        `-m addrtype --dst-type LOCAL -j ${prefix}NODEPORTS`,
      ],
    ],
    [`${prefix}NODEPORTS`, parts.flatMap(({ nodePorts }) => nodePorts)],
    [`${prefix}MARK`, [`-j MARK --set-xmark ${MARK}`]],
    [
      `${prefix}LEAVE`,
      [
        // The answer would go from pod to pod past the host, which alone knows whose it is.
        ...(unseenRange
          ? [`-s ${unseenRange} -d ${unseenRange} -m conntrack --ctstate DNAT -j MASQUERADE`]
          : []),
        `-m mark ! --mark ${MARK} -j RETURN`,
        '-j MARK --set-xmark 0x0/0x4000',
        '-j MASQUERADE --random-fully',
      ],
    ],
    ...parts.flatMap(({ chains }) => [...chains]),
  ]);
}

const filterChains = (prefix: string, parts: readonly RouteChains[]): Chains =>
  new Map([
    [`${prefix}REFUSE`, parts.flatMap(({ refusals }) => refusals)],
    // Where the host lets nobody through else.
    [
      `${prefix}FORWARD`,
      [`-m mark --mark ${MARK} -j ACCEPT`, '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'],
    ],
  ]);

function withJumps(
  { nat, filter }: Pick<Tables, 'nat' | 'filter'>,
  routes: readonly ServiceRoute[],
  { prefix, mark }: Signs,
  bridge: string,
): Tables {
  const comment = `-m comment --comment ${mark}`;
  const jump = (chain: string) => [`${comment} -j ${prefix}${chain}`];
  const refuse = `-m conntrack --ctstate NEW ${comment} -j ${prefix}REFUSE`;
  for (const chain of ['PREROUTING', 'OUTPUT']) nat.set(chain, jump('SERVICES'));
  nat.set('POSTROUTING', jump('LEAVE'));
  for (const chain of ['INPUT', 'OUTPUT']) filter.set(chain, [refuse]);
  filter.set('FORWARD', [refuse, ...jump('FORWARD')]);
  // Ports of the node at the loopback: pods still reach nothing of that by its own address (CVE-2020-8558).
  const hasNodePorts = routes.some(({ nodePort }) => nodePort !== undefined);
  const guard = `-i ${bridge} -d 127.0.0.0/8 ${comment} -j DROP`;
  return { nat, filter, mangle: new Map(hasNodePorts ? [['PREROUTING', [guard]]] : []) };
}

/** Whether pods are reached from the loopback, which the kernel must be told of. */
export const leadsFromLoopback = (tables: Tables): boolean => tables.mangle.size > 0;

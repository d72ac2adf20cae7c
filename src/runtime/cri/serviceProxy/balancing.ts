import type { ServiceRoute } from '../../serviceRoutes.ts';
import { shortHash } from './chainNames.ts';

export interface RouteSurroundings {
  /** What all chains' names begin with. */
  readonly prefix: string;
  readonly clusterCIDR: string;
}

/** The chain of one endpoint of a route. */
const endpointChain = ({ name, protocol }: ServiceRoute, prefix: string, target: string): string =>
  `${prefix}TO-${shortHash(`${name} ${protocol} ${target}`, 10)}`;

/** To one of the endpoints: the one that the client had, else any, each as often as the others. */
export function balance(
  route: ServiceRoute,
  { prefix }: RouteSurroundings,
  targets: readonly string[],
): string[] {
  const chains = targets.map((target) => endpointChain(route, prefix, target));
  const { affinitySeconds } = route;
  const had = affinitySeconds === undefined ? [] : chains;
  return [
    ...had.map(
      (chain) => `-m recent --name ${chain} --rcheck --seconds ${affinitySeconds} --reap -j ${chain}`,
    ),
    ...chains.map((chain, index) => `${chance(chains.length - index)}-j ${chain}`),
  ];
}

const chance = (choices: number): string =>
  choices === 1 ? '' : `-m statistic --mode random --probability ${(1 / choices).toFixed(10)} `;

/** The chains of endpoints. One that calls itself by the service must not see itself as the caller. */
export function endpointChains(
  route: ServiceRoute,
  { prefix }: RouteSurroundings,
  targets: readonly string[],
): [chain: string, rules: readonly string[]][] {
  const protocol = route.protocol.toLowerCase();
  return targets.map((target) => {
    const chain = endpointChain(route, prefix, target);
    const remember = route.affinitySeconds === undefined ? '' : `-m recent --name ${chain} --set `;
    const address = target.slice(0, target.lastIndexOf(':'));
    return [
      chain,
      [
        `-s ${address}/32 -j ${prefix}MARK`,
        `-p ${protocol} ${remember}-m ${protocol} -j DNAT --to-destination ${target}`,
      ],
    ];
  });
}

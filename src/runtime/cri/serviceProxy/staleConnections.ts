import { execFile } from 'node:child_process';
import type { ServiceRoute } from '../../serviceRoutes.ts';

/** Connections of UDP that the kernel remembers and should not, in the words of `conntrack -D`. */
export type Stale = readonly string[];

/**
 * UDP has no end: whoever keeps sending stays with an endpoint that has gone, or with none. So what leads to endpoints that a service
 * no longer has is forgotten, and everything to a service that has got its first.
 */
export function staleConnections(before: readonly ServiceRoute[], after: readonly ServiceRoute[]): Stale[] {
  const next = new Map(after.map((route) => [keyOf(route), route]));
  const previous = new Map(before.map((route) => [keyOf(route), route]));
  const gone = before.filter(isUdp).flatMap((route) =>
    targetsOf(route)
      .filter((target) => !targetsOf(next.get(keyOf(route))).includes(target))
      .flatMap((target) => addressesOf(route).map((match) => [...match, '--dst-nat', addressOf(target)])),
  );
  const first = after
    .filter(isUdp)
    .filter((route) => targetsOf(route).length > 0 && targetsOf(previous.get(keyOf(route))).length === 0)
    .flatMap(addressesOf);
  return [...gone, ...first].map((match) => ['-D', '-f', 'ipv4', '-p', 'udp', ...match]);
}

const isUdp = ({ protocol }: ServiceRoute): boolean => protocol === 'UDP';
const keyOf = ({ name, clusterIP, port }: ServiceRoute): string => `${name} ${clusterIP} ${port}`;
const targetsOf = (route: ServiceRoute | undefined): readonly string[] =>
  route ? [...new Set([...route.endpoints, ...route.localEndpoints])] : [];
const addressOf = (target: string): string => target.slice(0, target.lastIndexOf(':'));

function addressesOf({ clusterIP, externalIPs, loadBalancer, nodePort }: ServiceRoute): string[][] {
  const addresses = [clusterIP, ...externalIPs, ...loadBalancer.addresses];
  return [
    ...addresses.map((address) => ['--orig-dst', address]),
    ...(nodePort === undefined ? [] : [['--orig-port-dst', String(nodePort)]]),
  ];
}

/** Resolves to false where there is no tool for it. It fails also when there was nothing to forget, which is as good. */
export const forgetConnection = (stale: Stale): Promise<boolean> =>
  new Promise((resolve) => {
    execFile('conntrack', [...stale], (error) => resolve(error?.code !== 'ENOENT'));
  });

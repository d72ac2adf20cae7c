import { isIPv4, isIPv6 } from 'node:net';
import type {
  CoreV1EndpointPort,
  DiscoveryV1EndpointPort,
  Endpoint,
  EndpointAddress,
  EndpointSubset,
  Endpoints,
} from '../../generated/types.ts';
import type { AddressFamily } from '../services/serviceFacts.ts';
import { portsKey } from '../services/slicePorts.ts';

/** So many addresses of one subset are mirrored, so that each needs one slice for each family. */
export const MOST_ADDRESSES = 1000;

/** What one slice is to hold. */
export interface Mirror {
  readonly addressType: AddressFamily;
  readonly ports: readonly DiscoveryV1EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export interface Mirrors {
  readonly mirrors: readonly Mirror[];
  /** Addresses that are none. */
  readonly invalid: number;
  /** Addresses that are not mirrored, the invalid ones among them. */
  readonly skipped: number;
}

/** Endpoints as slices: one for each list of ports and each family of addresses. */
export function mirrorsOf({ subsets = [] }: Endpoints): Mirrors {
  const mirrors = new Map<string, Mirror & { endpoints: Endpoint[] }>();
  let invalid = 0;
  let skipped = 0;
  for (const subset of subsets) {
    const all = endpointsOf(subset);
    const valid = all.filter(({ addresses: [ip = ''] }) => isIPv4(ip) || isIPv6(ip));
    const taken = valid.slice(0, MOST_ADDRESSES);
    invalid += all.length - valid.length;
    skipped += all.length - taken.length;
    const ports = (subset.ports ?? []).map(slicePort);
    for (const endpoint of taken) {
      const addressType = isIPv6(endpoint.addresses[0]!) ? 'IPv6' : 'IPv4';
      const key = `${addressType}\n${portsKey(ports)}`;
      const mirror = mirrors.getOrInsertComputed(key, () => ({ addressType, ports, endpoints: [] }));
      mirror.endpoints.push(endpoint);
    }
  }
  return { mirrors: [...mirrors.values()], invalid, skipped };
}

function endpointsOf({ addresses = [], notReadyAddresses = [] }: EndpointSubset): Endpoint[] {
  return [
    ...addresses.map((address) => endpointOf(address, true)),
    ...notReadyAddresses.map((address) => endpointOf(address, false)),
  ];
}

const endpointOf = (
  { ip = '', hostname, nodeName, targetRef }: EndpointAddress,
  ready: boolean,
): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname && { hostname }),
  ...(nodeName !== undefined && { nodeName }),
  ...(targetRef && { targetRef }),
});

const slicePort = ({
  name = '',
  port,
  protocol = 'TCP',
  appProtocol,
}: CoreV1EndpointPort): DiscoveryV1EndpointPort => ({
  name,
  port,
  protocol,
  ...(appProtocol !== undefined && { appProtocol }),
});

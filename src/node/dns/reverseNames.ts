import { isIPv4 } from 'node:net';
import { SERVICE_NAME } from '../../resources/endpointslice/sliceLabels.ts';
import type { ClusterNames } from './clusterNames.ts';
import { isHeadless, ZONE } from './clusterZone.ts';
import { namedEndpoints } from './namedEndpoints.ts';
import type { ZoneRecord } from './zoneRecords.ts';

const SUFFIX = '.in-addr.arpa';
const TTL = 5;

/** What has an address: a service, else endpoints of services without one. None for addresses of others. */
export function reverseNames(name: string, names: ClusterNames): ZoneRecord[] {
  const address = addressIn(name);
  if (address === undefined) return [];
  const services = names.servicesAt(address);
  const found =
    services.length > 0
      ? services.map(({ metadata }) => `${metadata.name}.${metadata.namespace}`)
      : endpointsAt(address, names);
  return [...new Set(found)].map((own) => ({ name, type: 'PTR', ttl: TTL, data: `${own}.svc.${ZONE}` }));
}

function endpointsAt(address: string, names: ClusterNames): string[] {
  return names.slicesAt(address).flatMap((slice) => {
    const [namespace = '', name = ''] = [slice.metadata.namespace, slice.metadata.labels?.[SERVICE_NAME]];
    const service = names.service(namespace, name);
    if (!service || !isHeadless(service)) return [];
    const own = namedEndpoints(service, [slice]).filter((endpoint) => endpoint.address === address);
    return own.map(({ hostname }) => `${hostname}.${name}.${namespace}`);
  });
}

function addressIn(name: string): string | undefined {
  if (!name.endsWith(SUFFIX)) return undefined;
  const address = name.slice(0, -SUFFIX.length).split('.').toReversed().join('.');
  return isIPv4(address) ? address : undefined;
}

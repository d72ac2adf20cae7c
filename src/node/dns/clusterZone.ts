import { isIPv4, isIPv6 } from 'node:net';
import type { Service } from '../../generated/types.ts';
import type { ClusterNames } from './clusterNames.ts';
import { type NamedEndpoint, namedEndpoints } from './namedEndpoints.ts';
import { type Address, type Found, NO_DATA, NO_NAME, type ZoneRecord } from './zoneRecords.ts';

export const ZONE = 'cluster.local';
/** Of the specification that the names keep to. */
const SCHEMA_VERSION = '1.1.0';
const SERVER_NAME = `ns.dns.${ZONE}`;
/** Where pods come and go an answer is soon out of date. */
const SHORT_TTL = 5;
const TTL = 30;
const VERSION_TTL = 28_800;
const DASHED = /^\d+(-\d+){3}$/;

export interface Asked {
  /** In small letters, without a dot at its end. */
  readonly name: string;
  readonly type: string;
}

export const isInZone = (name: string): boolean => name === ZONE || name.endsWith(`.${ZONE}`);

/** The start of authority, by which clients know for how long what is not there is not there. */
export const authority = (serial: number): ZoneRecord => ({
  name: ZONE,
  type: 'SOA',
  ttl: SHORT_TTL,
  data: {
    mname: SERVER_NAME,
    rname: `hostmaster.${ZONE}`,
    serial,
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: SHORT_TTL,
  },
});

/** What Kubernetes' specification of DNS (1.1.0) says of a name in the cluster's zone. */
export function lookUp({ name, type }: Asked, names: ClusterNames, serverAddress: string): Found {
  const labels = name === ZONE ? [] : name.slice(0, -ZONE.length - 1).split('.');
  const kind = labels.pop();
  const owner = { name, type };
  switch (kind) {
    case undefined:
      return type === 'NS'
        ? { records: [{ name, type: 'NS', ttl: TTL, data: SERVER_NAME }], more: [] }
        : { ...NO_DATA, isApex: true };
    case 'svc':
      return underServices(labels, owner, names);
    case 'pod':
      return underPods(labels, owner);
    case 'dns-version':
      return labels.length > 0 ? NO_NAME : versionOf(owner);
    case 'dns':
      if (labels.length === 0) return NO_DATA;
      return labels.length === 1 && labels[0] === 'ns' ? addresses(owner, [serverAddress], TTL) : NO_NAME;
    default:
      return NO_NAME;
  }
}

const versionOf = ({ name, type }: Asked): Found =>
  type === 'TXT' ? { records: [{ name, type, ttl: VERSION_TTL, data: SCHEMA_VERSION }], more: [] } : NO_DATA;

/** `1-2-3-4.default.pod`: says nothing of whether there is such a pod. */
function underPods(labels: string[], asked: Asked): Found {
  if (labels.length < 2) return NO_DATA;
  const address = labels[0]!.replaceAll('-', '.');
  if (labels.length > 2 || !DASHED.test(labels[0]!) || !isIPv4(address)) return NO_NAME;
  return addresses(asked, [address], SHORT_TTL);
}

function underServices(labels: string[], asked: Asked, names: ClusterNames): Found {
  const namespace = labels.pop();
  if (namespace === undefined) return NO_DATA;
  const name = labels.pop();
  if (name === undefined) return names.hasNamespace(namespace) ? NO_DATA : NO_NAME;
  const service = names.service(namespace, name);
  if (!service) return NO_NAME;
  if (service.spec.type === 'ExternalName')
    return labels.length === 0 && service.spec.externalName
      ? { alias: service.spec.externalName.toLowerCase().replace(/\.$/, '') }
      : NO_NAME;
  const endpoints = () => namedEndpoints(service, names.slices(namespace, name));
  return isHeadless(service)
    ? ofHeadless(labels, asked, endpoints())
    : ofClusterIP(labels, asked, service, endpoints);
}

export const isHeadless = ({ spec }: Service): boolean => spec.clusterIP === 'None';

function ofClusterIP(
  labels: readonly string[],
  asked: Asked,
  { spec }: Service,
  endpoints: () => readonly NamedEndpoint[],
): Found {
  const own = spec.clusterIPs ?? [spec.clusterIP ?? ''];
  if (labels.length === 0) return addresses(asked, own, TTL);
  const place = portOf(labels);
  if (!place) return ofEndpoint(labels, asked, endpoints());
  const ports = (spec.ports ?? []).filter((port) => fits(place, port.name, port.protocol));
  if (ports.length === 0) return NO_NAME;
  if (asked.type !== 'SRV') return NO_DATA;
  const target = asked.name.split('.').slice(labels.length).join('.');
  return {
    records: ports.map(({ port }) => service(asked.name, TTL, port, target)),
    more: own.flatMap((address) => addressRecord(target, address, TTL)),
  };
}

function ofHeadless(labels: readonly string[], asked: Asked, endpoints: readonly NamedEndpoint[]): Found {
  // The specification wants it so, although the name is there.
  if (endpoints.length === 0) return NO_NAME;
  if (labels.length === 0)
    return addresses(
      asked,
      endpoints.map(({ address }) => address),
      SHORT_TTL,
    );
  const place = portOf(labels);
  if (!place) return ofEndpoint(labels, asked, endpoints);
  const parent = asked.name.split('.').slice(labels.length).join('.');
  const targets = endpoints.flatMap((endpoint) =>
    endpoint.ports
      .filter(({ name, protocol }) => fits(place, name, protocol))
      .map(({ port }) => ({ name: `${endpoint.hostname}.${parent}`, address: endpoint.address, port })),
  );
  if (targets.length === 0) return NO_NAME;
  if (asked.type !== 'SRV') return NO_DATA;
  return {
    records: distinct(targets.map(({ name, port }) => service(asked.name, SHORT_TTL, port, name))),
    more: distinct(targets.flatMap(({ name, address }) => addressRecord(name, address, SHORT_TTL))),
  };
}

/** `web-0.web.default.svc`. */
function ofEndpoint(labels: readonly string[], asked: Asked, endpoints: readonly NamedEndpoint[]): Found {
  const own = endpoints.filter(({ hostname }) => labels.length === 1 && hostname === labels[0]);
  return own.length === 0
    ? NO_NAME
    : addresses(
        asked,
        own.map(({ address }) => address),
        SHORT_TTL,
      );
}

/** `_http._tcp`. */
function portOf(labels: readonly string[]): { port: string; protocol: string } | undefined {
  const [port = '', protocol = '', ...rest] = labels;
  if (rest.length > 0 || !port.startsWith('_') || !protocol.startsWith('_')) return undefined;
  return { port: port.slice(1), protocol: protocol.slice(1) };
}

/** A port without a name has no such record. */
const fits = (place: { port: string; protocol: string }, name = '', protocol = 'TCP'): boolean =>
  name !== '' && name === place.port && protocol.toLowerCase() === place.protocol;

const service = (name: string, ttl: number, port: number, target: string): ZoneRecord => ({
  name,
  type: 'SRV',
  ttl,
  data: { priority: 0, weight: 100, port, target },
});

function addresses({ name, type }: Asked, own: readonly string[], ttl: number): Found {
  const records = own.flatMap((address) => addressRecord(name, address, ttl));
  return { records: distinct(records.filter((record) => record.type === type)), more: [] };
}

function addressRecord(name: string, address: string, ttl: number): Address[] {
  if (isIPv4(address)) return [{ name, type: 'A', ttl, data: address }];
  return isIPv6(address) ? [{ name, type: 'AAAA', ttl, data: address }] : [];
}

const distinct = <T extends ZoneRecord>(records: readonly T[]): T[] => [
  ...new Map(records.map((record) => [JSON.stringify(record), record])).values(),
];

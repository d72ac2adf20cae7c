import type { Random } from '../../clock/random.ts';
import type { Service, ServicePort, ServiceSpec } from '../../generated/types.ts';
import { Services } from '../../resources/kinds.ts';
import type { Registry } from '../registry/registry.ts';
import { collectionPrefix } from '../registry/target.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';

/** What may be handed out: `first` and the `size - 1` that follow. */
interface Range {
  readonly first: number;
  readonly size: number;
}

/** 10.96.0.0/12, kubeadm's range, without its first 256 addresses: those are left to people who ask for one by name. */
const CLUSTER_ADDRESSES: Range = { first: ((10 << 24) | (96 << 16)) + 256, size: 2 ** 20 - 257 };
const NODE_PORTS: Range = { first: 30_000, size: 2_768 };

/**
 * Hands out cluster addresses and node ports, as upstream's storage of services does. With real containers they lead to pods; else
 * they are records, but clients wait until a service has its address (`helm install --wait`).
 */
export const serviceAddresses = (registry: () => Registry): AdmissionPlugin => ({
  complete(request) {
    const { operation, resource, subresource, object, stored } = request;
    if (resource.kind !== Services.kind || subresource || operation === 'DELETE') return;
    const { spec } = object as Service;
    if (stored) keepAddresses(spec, (stored as Service).spec);
    if (spec.type !== 'ExternalName') giveAddresses(spec, request, registry());
  },
});

/** An update that says nothing of them leaves addresses and node ports as they are, and no address to a mere name. */
function keepAddresses(spec: ServiceSpec, before: ServiceSpec): void {
  if (spec.type === 'ExternalName') {
    if (before.type === 'ExternalName' || spec.clusterIP !== before.clusterIP) return;
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const)
      delete spec[field];
    return;
  }
  if (before.type === 'ExternalName') return;
  spec.clusterIP ||= before.clusterIP!;
  if (!hasNodePorts(spec)) return;
  for (const port of spec.ports ?? []) {
    port.nodePort ||= before.ports?.find((old) => isSamePort(old, port))?.nodePort ?? 0;
  }
}

function giveAddresses(
  spec: ServiceSpec,
  { namespace, object }: AdmissionRequest,
  { parts }: Registry,
): void {
  const { name = '', generateName = '' } = object!.metadata;
  // A stream of its own: under one seed a service gets the same address, whatever else is made before it.
  const random = parts.random.stream(`service ${namespace}/${name || generateName}`);
  const others = () =>
    parts.store.list(collectionPrefix(Services)).items.map((stored) => (stored.object as Service).spec);
  spec.clusterIP ||= dotted(
    free(
      CLUSTER_ADDRESSES,
      random,
      others().map(({ clusterIP = '' }) => numeric(clusterIP)),
    ),
  );
  spec.clusterIPs ??= [spec.clusterIP];
  spec.ipFamilies ??= [spec.clusterIP.includes(':') ? 'IPv6' : 'IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
  if (hasNodePorts(spec)) giveNodePorts(spec, random, others());
}

const hasNodePorts = ({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);

/** One service's ports may share a node port if their protocols differ, but nobody asks for that without naming it. */
function giveNodePorts({ ports = [] }: ServiceSpec, random: Random, others: readonly ServiceSpec[]): void {
  const taken = [...others.flatMap((other) => other.ports ?? []), ...ports].map(
    ({ nodePort = 0 }) => nodePort,
  );
  for (const port of ports) {
    if (port.nodePort) continue;
    port.nodePort = free(NODE_PORTS, random, taken);
    taken.push(port.nodePort);
  }
}

/** The first that is free, from a place that chance names. */
function free({ first, size }: Range, random: Random, taken: readonly number[]): number {
  const used = new Set(taken);
  const start = Math.floor(random.next() * size);
  for (let step = 0; step < size; step++) {
    const candidate = first + ((start + step) % size);
    if (!used.has(candidate)) return candidate;
  }
  throw new Error(`Cannot give a service what it needs: all ${size} from ${first} on are taken`);
}

const isSamePort = (one: ServicePort, other: ServicePort): boolean =>
  one.port === other.port && (one.protocol ?? 'TCP') === (other.protocol ?? 'TCP');

const dotted = (address: number): string =>
  [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');

const numeric = (address: string): number =>
  address.split('.').reduce((number, part) => number * 256 + Number(part), 0);

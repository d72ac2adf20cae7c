import type { Client } from '../../client/client.ts';
import type { Node, Pod, Service, ServicePort } from '../../generated/types.ts';
import { Pods } from '../../resources/kinds.ts';
import { aNode, aPod, type PodFields, storedMeta } from './builders.ts';

export interface ServiceFields extends Omit<Partial<Service['spec']>, 'ports'> {
  readonly ports?: readonly ServicePort[];
  readonly labels?: Record<string, string>;
  readonly name?: string;
}

export const http: ServicePort = { name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' };

/** The service `web`, made ten minutes ago, as the API server stores it. */
export function aService({ ports = [http], labels, name = 'web', ...spec }: ServiceFields = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...storedMeta(name), ...(labels && { labels }) },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.1.1',
      ipFamilies: ['IPv4'],
      selector: { app: 'web' },
      ports: [...ports],
      ...spec,
    },
  };
}

/** A pod of `web` that runs on `node01` at an address. */
export const servingPod = (name: string, ip: string, fields: PodFields = {}): Pod =>
  aPod(name, {
    node: 'node01',
    labels: { app: 'web' },
    ...fields,
    status: { podIP: ip, podIPs: [{ ip }], ...fields.status },
  });

/** So many pods, `web-000` and so on. */
export const servingPods = (count: number, from = 0): Pod[] =>
  Array.from({ length: count }, (_, index) => {
    const number = from + index;
    return servingPod(
      `web-${String(number).padStart(3, '0')}`,
      `10.1.${Math.floor(number / 200)}.${1 + (number % 200)}`,
    );
  });

/** `node01` of zone `a` and `node02` of zone `b`. */
export const zonedNodes: ReadonlyMap<string, Node> = new Map(
  [
    ['node01', 'a'],
    ['node02', 'b'],
  ].map(([name, zone]) => [name!, aNode(name!, { labels: { 'topology.kubernetes.io/zone': zone! } })]),
);

/** Makes a pod of `web` that runs at an address, ready or not. */
export async function startServing(
  client: Client,
  name: string,
  podIP: string,
  { ready = true, labels = { app: 'web' } as Record<string, string> } = {},
): Promise<void> {
  const spec = { nodeName: 'node01', containers: [{ name: 'main', image: 'web:1' }] };
  await client.create(Pods, { metadata: { name, namespace: 'default', labels }, spec });
  await setServing(client, name, { podIP, podIPs: [{ ip: podIP }] }, ready);
}

/** Changes what a pod says of itself. */
export async function setServing(
  client: Client,
  name: string,
  fields: Pod['status'],
  ready = true,
): Promise<void> {
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
  const body = { status: { phase: 'Running', conditions, ...fields } };
  const ref = { name, namespace: 'default' };
  await client.patch(Pods, ref, { type: 'strategic', body }, { subresource: 'status' });
}

/** A service as a client makes it, with the address that admission would give it. */
export function newService(fields: ServiceFields = {}): Service {
  const { metadata, ...service } = aService(fields);
  return {
    ...service,
    metadata: {
      name: metadata.name!,
      namespace: 'default',
      ...(metadata.labels && { labels: metadata.labels }),
    },
  };
}

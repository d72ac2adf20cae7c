import { isIPv6 } from 'node:net';
import type { Client } from '../../client/client.ts';
import { ensure } from '../../client/ensure.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { EndpointSlice, Endpoints as EndpointsObject } from '../../generated/types.ts';
import { SERVICE_NAME, SKIP_MIRROR } from '../../resources/endpointslice/sliceLabels.ts';
import { EndpointSlices, Endpoints, Services } from '../../resources/kinds.ts';
import type { ServerAddress } from '../../runtime/runtime.ts';

export const API_SERVICE = { name: 'kubernetes', namespace: 'default' };

/** The service `kubernetes`, by which programs in pods look for the API, and where the server is. It may have moved since the last start. */
export async function ensureApiService(client: Client, server: ServerAddress): Promise<void> {
  const labels = { component: 'apiserver', provider: 'kubernetes' };
  await ensure(client, Services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...API_SERVICE, labels },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.1',
      clusterIPs: ['10.96.0.1'],
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: server.port }],
    },
  });
  await Promise.all([ensureEndpoints(client, server), ensureSlice(client, server)]);
}

/** With the label that keeps them from being mirrored: they have their slice already. */
async function ensureEndpoints(client: Client, { address, port }: ServerAddress): Promise<void> {
  const labels = { [SKIP_MIRROR]: 'true' };
  const endpoints: EndpointsObject = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...API_SERVICE, labels },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
  };
  await ensure(client, Endpoints, endpoints);
  const body = { metadata: { labels }, subsets: endpoints.subsets };
  await client.patch(Endpoints, API_SERVICE, { type: 'merge', body });
}

async function ensureSlice(client: Client, { address, port }: ServerAddress): Promise<void> {
  const slice: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...API_SERVICE, labels: { [SERVICE_NAME]: API_SERVICE.name } },
    addressType: isIPv6(address) ? 'IPv6' : 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  };
  const existing = await ignoreStatusError(client.get(EndpointSlices, API_SERVICE), 'NotFound');
  // What its addresses are cannot be changed.
  const isOther = existing && existing.addressType !== slice.addressType;
  if (isOther) await client.delete(EndpointSlices, API_SERVICE);
  if (!existing || isOther) await ensure(client, EndpointSlices, slice);
  else await client.patch(EndpointSlices, API_SERVICE, { type: 'merge', body: bodyOf(slice) });
}

const bodyOf = ({ metadata: { labels }, endpoints, ports }: EndpointSlice) => ({
  metadata: { labels },
  endpoints,
  ports,
});

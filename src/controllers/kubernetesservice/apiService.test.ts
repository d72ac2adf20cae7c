import { expect, test } from 'vitest';
import { startRegistry } from '../../apiserver/testing/registry.ts';
import { EndpointSlices, Endpoints, Services } from '../../resources/kinds.ts';
import { ensureApiService } from './apiService.ts';

const REF = { name: 'kubernetes', namespace: 'default' };

async function shown(...servers: readonly [address: string, port: number][]) {
  const { client } = await startRegistry();
  for (const [address, port] of servers) await ensureApiService(client, { address, port });
  const [slice, endpoints] = [await client.get(EndpointSlices, REF), await client.get(Endpoints, REF)];
  return { client, slice, endpoints };
}

test('where the server is can be seen in both kinds, and its Endpoints are not mirrored', async () => {
  const { client, slice, endpoints } = await shown(['192.0.2.1', 6443]);
  expect((await client.get(Services, REF)).spec.clusterIP).toBe('10.96.0.1');
  const ports = [{ name: 'https', port: 6443, protocol: 'TCP' }];
  expect(slice).toMatchObject({
    metadata: { labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.1'], conditions: { ready: true } }],
    ports,
  });
  expect(endpoints).toMatchObject({
    metadata: { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports }],
  });
});

test('a server that only this machine reaches says so', async () => {
  const { slice, endpoints } = await shown(['127.0.0.1', 6443]);
  expect(slice.endpoints![0]!.addresses).toEqual(['127.0.0.1']);
  expect(endpoints.subsets![0]!.addresses).toEqual([{ ip: '127.0.0.1' }]);
});

test('a server that has not moved writes nothing', async () => {
  const { slice, endpoints } = await shown(['192.0.2.1', 6443], ['192.0.2.1', 6443]);
  expect(slice.metadata.generation).toBe(1);
  expect(Number(endpoints.metadata.resourceVersion)).toBeLessThan(6);
});

test('a server that has moved is found where it is now, also by another kind of address', async () => {
  const { slice, endpoints } = await shown(['192.0.2.1', 6443], ['192.0.2.2', 7443], ['2001:db8::1', 7443]);
  expect(slice).toMatchObject({ addressType: 'IPv6', endpoints: [{ addresses: ['2001:db8::1'] }] });
  expect(endpoints.subsets![0]).toMatchObject({
    addresses: [{ ip: '2001:db8::1' }],
    ports: [{ port: 7443 }],
  });
});

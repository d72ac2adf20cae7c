import { expect, test } from 'vitest';
import type { Service, ServiceSpec } from '../../generated/types.ts';
import { Services } from '../../resources/kinds.ts';
import { startAdmission } from './testing.ts';

const service = (name: string, spec: ServiceSpec = {}): Service => ({
  metadata: { name, namespace: 'default' },
  spec: { ports: [{ port: 80 }], ...spec },
});

test('every service gets a cluster address of its own', async () => {
  const { client } = await startAdmission();
  const created = await Promise.all(
    Array.from({ length: 50 }, (_, index) => client.create(Services, service(`s${index}`))),
  );
  const addresses = created.map(({ spec }) => spec.clusterIP);
  expect(new Set(addresses).size).toBe(50);
  for (const address of addresses) expect(address).toMatch(/^10\.(9[6-9]|10\d|11[01])\.\d+\.\d+$/);
  expect(created[0]?.spec).toMatchObject({
    clusterIPs: [addresses[0]],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
  });
});

const kept: [string, ServiceSpec, Partial<ServiceSpec>][] = [
  ['a headless service', { clusterIP: 'None' }, { clusterIP: 'None', clusterIPs: ['None'] }],
  ['an address that was asked for', { clusterIP: '10.96.0.10' }, { clusterIP: '10.96.0.10' }],
  ['a node port that was asked for', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] }, {}],
];
test.each(kept)('%s stays as it is', async (_, spec, want) => {
  const { client } = await startAdmission();
  const created = await client.create(Services, service('a', spec));
  expect(created.spec).toMatchObject({ ...spec, ...want });
});

test('a name for something outside has no address', async () => {
  const { client } = await startAdmission();
  const external = service('a', { type: 'ExternalName', externalName: 'example.com' });
  expect((await client.create(Services, external)).spec.clusterIP).toBeUndefined();
});

test('each port that is to be open on nodes gets a port there', async () => {
  const { client } = await startAdmission();
  const ports = [
    { name: 'a', port: 80 },
    { name: 'b', port: 81 },
  ];
  const { spec } = await client.create(Services, service('a', { type: 'NodePort', ports }));
  const [first, second] = spec.ports!.map(({ nodePort }) => nodePort!);
  expect(first).not.toBe(second);
  for (const port of [first, second])
    expect(port).toBeOneOf(Array.from({ length: 2768 }, (_, n) => 30_000 + n));
});

test('an update that leaves them out keeps them', async () => {
  const { client } = await startAdmission();
  const { spec } = await client.create(Services, service('a', { type: 'NodePort' }));
  const updated = await client.update(
    Services,
    service('a', {
      type: 'NodePort',
      ports: [{ port: 80 }, { name: 'b', port: 81 }].map((port, n) => ({ name: `p${n}`, ...port })),
    }),
  );
  expect(updated.spec).toMatchObject({ clusterIP: spec.clusterIP, clusterIPs: spec.clusterIPs });
  expect(updated.spec.ports?.[0]?.nodePort).toBe(spec.ports?.[0]?.nodePort);
});

test('a service that becomes a mere name loses its address', async () => {
  const { client } = await startAdmission();
  const created = await client.create(Services, service('a'));
  const spec = { ...created.spec, type: 'ExternalName', externalName: 'example.com' };
  const updated = await client.update(Services, { ...created, spec });
  expect(updated.spec.clusterIP).toBeUndefined();
  expect(updated.spec.ipFamilies).toBeUndefined();
});

import { expect, test } from 'vitest';
import { namespace, startRegistry } from '../../apiserver/testing/registry.ts';
import { Informer } from '../../client/informer.ts';
import type { Service } from '../../generated/types.ts';
import { EndpointSlices, Namespaces, Nodes, Services } from '../../resources/kinds.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { ServiceTable } from '../../runtime/serviceRoutes.ts';
import type { NodeSources } from '../nodeSources.ts';
import { joinHostServices, leaveHostServices } from './sharedHostServices.ts';
import { anEndpoint, aService, aSlice } from './testing/serviceObjects.ts';

/** The part of a host with an API, a clock that only the test turns, and a runtime that notes what it hears. */
async function aHost({ network = true, fails = '' } = {}) {
  const api = await startRegistry();
  const { client, clock } = api;
  await client.create(Namespaces, namespace('kube-system'));
  const told: ServiceTable[] = [];
  const errors: string[] = [];
  let trouble = fails;
  const services = new Informer<Service>(client, clock, Services).addIndex(
    'metadata.namespace',
    ({ metadata }) => [metadata.namespace ?? ''],
  );
  const caches = {
    services,
    slices: new Informer(client, clock, EndpointSlices),
    nodes: new Informer(client, clock, Nodes),
  };
  const sources = {
    services: (namespace: string) => services.byIndex('metadata.namespace', namespace),
    serviceCaches: () => caches,
  } as Partial<NodeSources> as NodeSources;
  const runtime = {
    async useServices(table: ServiceTable) {
      if (trouble) throw new Error(trouble);
      told.push(table);
    },
    useDnsAddress: async () => network,
  } as Partial<Runtime> as Runtime;
  const reportError = (reason: string, error: Error) => errors.push(`${reason}: ${error.message}`);
  const options = { clock, runtime, sources, addresses: ['10.0.0.1'], reportError };
  await services.start();
  return {
    client,
    clock,
    told,
    errors,
    names: () => told.at(-1)?.routes.map(({ name, endpoints }) => [name, ...endpoints].join(' ')),
    repaired: () => {
      trouble = '';
    },
    join: () => joinHostServices(options),
    leave: (removes: boolean) => leaveHostServices(sources, { removes }),
  };
}

test('changes that come together are told together, later ones by themselves, and what leads nowhere else is none', async () => {
  const { client, clock, told, names, join, leave } = await aHost();
  await join();
  await clock.advance(1000);
  expect(told.length).toBe(1);
  await client.create(Services, aService());
  await client.create(EndpointSlices, aSlice([anEndpoint('10.244.1.2')]));
  await clock.advance(1000);
  expect([told.length, names()]).toEqual([2, ['default/web 10.244.1.2:8080']]);
  const labels = { metadata: { labels: { colour: 'red' } } };
  await client.patch(Services, { namespace: 'default', name: 'web' }, { type: 'merge', body: labels });
  await clock.advance(1000);
  expect(told.length).toBe(2);
  await client.delete(Services, { namespace: 'default', name: 'web' });
  await clock.advance(1000);
  expect([told.length, names()]).toEqual([3, []]);
  await leave(false);
});

test('what is known is told every now and then, so that it can be repaired', async () => {
  const { clock, told, join, leave } = await aHost();
  await join();
  await clock.advance(46_000);
  expect(told.length).toBe(4);
  await leave(false);
});

test('agents of one process do it once, and the last one takes away what was made', async () => {
  const { client, clock, told, join, leave } = await aHost();
  const [one, two] = await Promise.all([join(), join()]);
  expect(one).toBe(two);
  await client.create(Services, aService());
  await clock.advance(1000);
  expect(told.length).toBe(1);
  await leave(true);
  expect(told.length).toBe(1);
  await leave(true);
  expect(told.at(-1)?.routes).toEqual([]);
  await clock.advance(60_000);
  expect(told.length).toBe(2);
});

test('who goes and leaves pods behind leaves the ways to services, too', async () => {
  const { clock, told, join, leave } = await aHost();
  await join();
  await clock.advance(1000);
  await leave(false);
  expect(told.length).toBe(1);
});

test('the same trouble is told once, and again when it has been away', async () => {
  const { clock, errors, repaired, told, join, leave } = await aHost({ fails: 'no iptables' });
  await join();
  await clock.advance(46_000);
  expect(errors).toEqual(['FailedToRouteService: no iptables']);
  repaired();
  await clock.advance(15_000);
  expect(told.length).toBe(1);
  await leave(false);
});

const dns: Record<string, { service: Service | undefined; network?: boolean; want: string | undefined }> = {
  'nowhere without the service': { service: undefined, want: undefined },
  'nowhere in a network of others': {
    service: aService({ clusterIP: '10.96.0.10' }, 'kube-dns', 'kube-system'),
    network: false,
    want: undefined,
  },
  'at pods that somebody has put behind the service': {
    service: aService({ clusterIP: '10.96.0.10', selector: { app: 'dns' } }, 'kube-dns', 'kube-system'),
    want: '10.96.0.10',
  },
};
for (const [name, { service, network, want }] of Object.entries(dns))
  test(`names are asked for ${name}`, async () => {
    const host = await aHost({ ...(network !== undefined && { network }) });
    if (service) await host.client.create(Services, service);
    await host.clock.advance(100);
    const services = await host.join();
    expect(await services.started).toBe(want);
    await host.leave(false);
  });

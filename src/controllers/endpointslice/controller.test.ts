import { expect, test } from 'vitest';
import { nameOf } from '../../apimachinery/object.ts';
import { refOf } from '../../client/client.ts';
import { EndpointSlices, Nodes, Pods, Services } from '../../resources/kinds.ts';
import { type Controllers, endOfEachCrash, TestCluster } from '../testing/cluster.ts';
import { newService, setServing, startServing } from '../testing/services.ts';
import { EndpointSliceController } from './controller.ts';

const controllers: Controllers = (context, run) => run(new EndpointSliceController(context));

const inDefault = (name: string) => ({ name, namespace: 'default' });

async function started(): Promise<TestCluster> {
  const cluster = await TestCluster.start();
  await cluster.client.create(Nodes, { metadata: { name: 'node01' }, spec: {} });
  await cluster.run(controllers);
  return cluster;
}

/** `web: 10.1.0.1 10.1.0.2!`, with a mark at those that are not ready. */
async function shown({ client }: TestCluster): Promise<string[]> {
  const { items } = await client.list(EndpointSlices);
  return items.map(({ metadata, endpoints }) => {
    const addresses = (endpoints ?? []).map(
      (each) => `${each.addresses[0]}${each.conditions?.ready ? '' : '!'}`,
    );
    return `${metadata.labels?.['kubernetes.io/service-name']}: ${addresses.join(' ')}`;
  });
}

test('a slice follows the pods of its service', async () => {
  const cluster = await started();
  const { client, clock } = cluster;
  await client.create(Services, newService());
  await clock.advance(0);
  expect(await shown(cluster)).toEqual(['web: ']);
  await startServing(client, 'web-0', '10.1.0.1', { ready: false });
  await startServing(client, 'web-1', '10.1.0.2');
  await startServing(client, 'db-0', '10.1.0.3', { labels: { app: 'db' } });
  await clock.advance(0);
  expect(await shown(cluster)).toEqual(['web: 10.1.0.1! 10.1.0.2']);
  await setServing(client, 'web-0', {});
  await client.delete(Pods, inDefault('web-1'), { gracePeriodSeconds: 0 });
  await clock.advance(0);
  expect(await shown(cluster)).toEqual(['web: 10.1.0.1']);
  await client.patch(Pods, inDefault('web-0'), {
    type: 'merge',
    body: { metadata: { labels: { app: 'db' } } },
  });
  await clock.advance(0);
  expect(await shown(cluster)).toEqual(['web: ']);
});

test('what somebody else does to a slice is undone', async () => {
  const cluster = await started();
  const { client, clock } = cluster;
  await client.create(Services, newService());
  await startServing(client, 'web-0', '10.1.0.1');
  await clock.advance(0);
  const slice = (await client.list(EndpointSlices)).items[0]!;
  await client.patch(EndpointSlices, refOf(slice), { type: 'merge', body: { endpoints: [] } });
  await clock.advance(0);
  expect(await shown(cluster)).toEqual(['web: 10.1.0.1']);
  await client.delete(EndpointSlices, refOf(slice));
  await clock.advance(0);
  expect(await shown(cluster)).toEqual(['web: 10.1.0.1']);
});

test('services without a selector, and mere names, have no slices', async () => {
  const cluster = await started();
  const { selector: _, ...spec } = newService().spec;
  await cluster.client.create(Services, { metadata: inDefault('outside'), spec });
  const external = { type: 'ExternalName', externalName: 'example.com', selector: { app: 'web' } };
  await cluster.client.create(Services, { metadata: inDefault('name'), spec: external });
  await cluster.clock.advance(0);
  expect(await shown(cluster)).toEqual([]);
});

test('many pods that become ready at once are a write for each slice, not for each pod', async () => {
  const cluster = await started();
  const { client, clock } = cluster;
  await client.create(Services, newService());
  await clock.advance(0);
  const names = Array.from({ length: 120 }, (_, index) => `web-${index}`);
  await Promise.all(names.map((name, index) => startServing(client, name, `10.1.0.${index + 1}`)));
  await clock.advance(0);
  const { items } = await client.list(EndpointSlices);
  expect(items.map(({ endpoints }) => endpoints!.length).toSorted()).toEqual([100, 20]);
  const writes = items.reduce((sum, { metadata }) => sum + metadata.generation!, 0);
  expect(writes).toBeLessThan(20);
});

test('a pod whose node is not known yet is told of, and there as soon as the node is', async () => {
  const cluster = await started();
  const { client, clock } = cluster;
  await client.delete(Nodes, { name: 'node01' });
  await client.create(Services, newService());
  await startServing(client, 'web-0', '10.1.0.1');
  await clock.advance(50);
  expect(await shown(cluster)).toEqual(['web: ']);
  expect(await cluster.events()).toContain(
    'FailedToUpdateEndpointSlices: Error updating Endpoint Slices for Service default/web: skipping Pod web-0 for Service default/web: Node node01 Not Found',
  );
  await client.create(Nodes, { metadata: { name: 'node01' }, spec: {} });
  await clock.advance(1_000);
  expect(await shown(cluster)).toEqual(['web: 10.1.0.1']);
});

test('a crash after any write changes nothing about the end', async () => {
  const ends = await endOfEachCrash(
    () => ({}),
    controllers,
    async ({ client, clock }) => {
      await client.create(Nodes, { metadata: { name: 'node01' }, spec: {} });
      await client.create(Services, newService());
      await clock.advance(10_000);
      for (const [index, name] of ['web-0', 'web-1', 'web-2'].entries()) {
        await startServing(client, name, `10.1.0.${index + 1}`);
        await clock.advance(10_000);
      }
      await client.delete(Pods, inDefault('web-1'), { gracePeriodSeconds: 0 });
      await clock.advance(10_000);
      await client.create(Services, newService({ name: 'second', clusterIP: 'None' }));
      await clock.advance(10_000);
    },
    async (cluster) => ({
      shown: (await shown(cluster)).toSorted(),
      pods: (await cluster.client.list(Pods)).items.map(nameOf),
    }),
  );
  expect(ends.length).toBeGreaterThan(4);
  for (const end of ends) expect(end).toEqual(ends.at(-1));
  expect(ends[0]!.shown).toEqual(['second: 10.1.0.1 10.1.0.3', 'web: 10.1.0.1 10.1.0.3']);
});

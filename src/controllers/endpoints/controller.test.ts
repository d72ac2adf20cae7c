import { expect, test } from 'vitest';
import { Endpoints, Pods, Services } from '../../resources/kinds.ts';
import { type Controllers, endOfEachCrash, TestCluster } from '../testing/cluster.ts';
import { newService, setServing, startServing } from '../testing/services.ts';
import { EndpointsController } from './controller.ts';

const controllers: Controllers = (context, run) => run(new EndpointsController(context));
const WEB = { name: 'web', namespace: 'default' };
const byHand = { metadata: WEB, subsets: [{ addresses: [{ ip: '192.0.2.1' }] }] };

/** The addresses, with a mark at those that are not ready; undefined when there are no Endpoints. */
async function addresses({ client }: TestCluster): Promise<string[] | undefined> {
  const all = (await client.list(Endpoints)).items.find(({ metadata }) => metadata.name === 'web');
  return (
    all &&
    (all.subsets ?? []).flatMap((subset) => [
      ...(subset.addresses ?? []).map(({ ip }) => ip!),
      ...(subset.notReadyAddresses ?? []).map(({ ip }) => `${ip}!`),
    ])
  );
}

async function started(): Promise<TestCluster> {
  const cluster = await TestCluster.start();
  await cluster.run(controllers);
  return cluster;
}

test('Endpoints follow the pods of their service, and go with it', async () => {
  const cluster = await started();
  const { client, clock } = cluster;
  await client.create(Services, newService());
  await clock.advance(0);
  expect(await addresses(cluster)).toEqual([]);
  await startServing(client, 'web-0', '10.1.0.1', { ready: false });
  await startServing(client, 'web-1', '10.1.0.2');
  await clock.advance(0);
  expect(await addresses(cluster)).toEqual(['10.1.0.2', '10.1.0.1!']);
  await setServing(client, 'web-0', {});
  await client.delete(Pods, { ...WEB, name: 'web-1' }, { gracePeriodSeconds: 0 });
  await clock.advance(0);
  expect(await addresses(cluster)).toEqual(['10.1.0.1']);
  await client.delete(Services, WEB);
  await clock.advance(0);
  expect(await addresses(cluster)).toBeUndefined();
});

test('Endpoints that somebody removes come again', async () => {
  const cluster = await started();
  await cluster.client.create(Services, newService());
  await cluster.clock.advance(0);
  await cluster.client.delete(Endpoints, WEB);
  await cluster.clock.advance(0);
  expect(await addresses(cluster)).toEqual([]);
});

test('those of a service without a selector are left to whoever makes them', async () => {
  const cluster = await started();
  const { client, clock } = cluster;
  await client.create(Endpoints, byHand);
  const { selector: _, ...spec } = newService().spec;
  await client.create(Services, { metadata: WEB, spec });
  await startServing(client, 'web-0', '10.1.0.1');
  await clock.advance(0);
  expect(await addresses(cluster)).toEqual(['192.0.2.1']);
});

test('at the start those that no service has go, but not those by which programs agree', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await client.create(Endpoints, byHand);
  const annotations = { 'control-plane.alpha.kubernetes.io/leader': '{}' };
  await client.create(Endpoints, { metadata: { ...WEB, name: 'lock', annotations }, subsets: [] });
  await cluster.run(controllers);
  await client.create(Endpoints, { ...byHand, metadata: { ...WEB, name: 'early' } });
  await clock.advance(0);
  const left = (await client.list(Endpoints)).items.map(({ metadata }) => metadata.name);
  expect(left).toEqual(['early', 'lock']);
});

test('a crash after any write changes nothing about the end', async () => {
  const ends = await endOfEachCrash(
    () => ({}),
    controllers,
    async ({ client, clock }) => {
      await client.create(Services, newService());
      await startServing(client, 'web-0', '10.1.0.1');
      await clock.advance(10_000);
      await startServing(client, 'web-1', '10.1.0.2');
      await clock.advance(10_000);
    },
    async (cluster) => ({ shown: await addresses(cluster) }),
  );
  expect(ends.length).toBeGreaterThan(1);
  for (const end of ends) expect(end).toEqual({ shown: ['10.1.0.1', '10.1.0.2'] });
});

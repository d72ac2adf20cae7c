import { expect, test } from 'vitest';
import { nameOf } from '../../apimachinery/object.ts';
import { Namespaces, Pods, ReplicationControllers } from '../../resources/kinds.ts';
import { aTemplate } from '../testing/builders.ts';
import { type Controllers, endOfEachCrash, TestCluster } from '../testing/cluster.ts';
import { ReplicationManager } from './controller.ts';

const controllers: Controllers = (context, run) => run(new ReplicationManager(context));
const ref = { name: 'web', namespace: 'default' };
const aNewController = (replicas: number) => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { replicas, template: aTemplate('web') },
});
const scale = (replicas: number) => ({ type: 'merge', body: { spec: { replicas } } }) as const;

async function endOf({ client }: TestCluster) {
  const { status } = await client.get(ReplicationControllers, ref);
  const pods = (await client.list(Pods)).items;
  const [first] = pods;
  return { status, pods: pods.length, owner: first?.metadata.ownerReferences?.[0]?.kind };
}

test('it ends the same, after whichever write the controller falls', async () => {
  const ends = await endOfEachCrash(
    () => ({}),
    controllers,
    async ({ client, clock }) => {
      await client.create(ReplicationControllers, aNewController(3));
      await clock.advance(10_000);
      await client.patch(ReplicationControllers, ref, scale(2));
      await clock.advance(60_000);
    },
    endOf,
  );
  expect(ends.length).toBeGreaterThan(5);
  for (const end of ends) {
    expect(end).toEqual({
      status: {
        replicas: 2,
        fullyLabeledReplicas: 2,
        readyReplicas: 2,
        availableReplicas: 2,
        observedGeneration: 2,
      },
      pods: 2,
      owner: 'ReplicationController',
    });
  }
});

test('its events are those of a ReplicaSet', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  await client.create(ReplicationControllers, aNewController(1));
  await clock.advance(10_000);
  const [pod] = (await client.list(Pods)).items;
  await client.patch(ReplicationControllers, ref, scale(0));
  await clock.advance(10_000);
  expect(await cluster.events()).toEqual([
    `SuccessfulCreate: Created pod: ${nameOf(pod!)}`,
    `SuccessfulDelete: Deleted pod: ${nameOf(pod!)}`,
  ]);
});

test('with another selector it lets its pods go and makes others', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  await client.create(ReplicationControllers, aNewController(1));
  await clock.advance(10_000);
  const body = { spec: { selector: { app: 'new' }, template: { metadata: { labels: { app: 'new' } } } } };
  await client.patch(ReplicationControllers, ref, { type: 'merge', body });
  await clock.advance(10_000);
  const { items } = await client.list(Pods);
  expect(
    items.map(({ metadata }) => [metadata.labels?.app, metadata.ownerReferences?.length]).sort(),
  ).toEqual([
    ['new', 1],
    ['web', undefined],
  ]);
});

test('in a namespace that is being deleted pods that it cannot make are no failure', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  const metadata = { name: 'web', namespace: 'leaving' };
  await client.create(Namespaces, { metadata: { name: 'leaving' }, spec: {} });
  await client.create(ReplicationControllers, { ...aNewController(1), metadata });
  await client.delete(Namespaces, { name: 'leaving' });
  await cluster.run(controllers);
  await clock.advance(10_000);
  const { status } = await client.get(ReplicationControllers, metadata);
  expect(status).toEqual({ replicas: 0, observedGeneration: 1 });
  expect(await cluster.events()).toEqual([]);
});

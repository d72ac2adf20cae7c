import { expect, test } from 'vitest';
import { nameOf } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import type { StatefulSet, StatefulSetSpec } from '../../generated/types.ts';
import { ControllerRevisions, Pods, StatefulSets } from '../../resources/kinds.ts';
import { aTemplate } from '../testing/builders.ts';
import { type Controllers, endOfEachCrash, TestCluster } from '../testing/cluster.ts';
import { StatefulSetController } from './controller.ts';

const controllers: Controllers = (context, run) => run(new StatefulSetController(context));
const ref = { name: 'db', namespace: 'default' };

const aNewStatefulSet = (spec: Partial<StatefulSetSpec> = {}): StatefulSet => ({
  metadata: { name: 'db', namespace: 'default' },
  spec: {
    replicas: 3,
    serviceName: 'db',
    selector: { matchLabels: { app: 'db' } },
    template: aTemplate('db', 'nginx:1'),
    ...spec,
  },
});
const change = (client: Client, spec: object) =>
  client.patch(StatefulSets, ref, { type: 'strategic', body: { spec } });
const setImage = (client: Client, image: string) =>
  change(client, { template: { spec: { containers: [{ name: 'main', image }] } } });
const podsOf = async (client: Client) =>
  (await client.list(Pods)).items.map((pod) => `${nameOf(pod)} ${pod.spec.containers[0]?.image}`).sort();

async function endOf({ client }: TestCluster) {
  const { status } = await client.get(StatefulSets, ref);
  const { replicas, readyReplicas, currentReplicas, updatedReplicas, availableReplicas } = status!;
  return {
    counts: [replicas, readyReplicas, currentReplicas, updatedReplicas, availableReplicas],
    isOver: status!.currentRevision === status!.updateRevision,
    pods: await podsOf(client),
    revisions: (await client.list(ControllerRevisions)).items.map(({ revision }) => revision).sort(),
  };
}

for (const podManagementPolicy of ['OrderedReady', 'Parallel']) {
  test(`${podManagementPolicy} ends the same, after whichever write the controller falls`, async () => {
    const ends = await endOfEachCrash(
      () => ({}),
      controllers,
      async ({ client, clock }) => {
        await client.create(StatefulSets, aNewStatefulSet({ podManagementPolicy }));
        await clock.advance(10_000);
        await setImage(client, 'nginx:2');
        await clock.advance(10_000);
        await change(client, { replicas: 2 });
        await clock.advance(60_000);
      },
      endOf,
    );
    expect(ends.length).toBeGreaterThan(15);
    for (const end of ends) {
      expect(end).toEqual({
        counts: [2, 2, 2, 2, 2],
        isOver: true,
        pods: ['db-0 nginx:2', 'db-1 nginx:2'],
        revisions: [1, 2],
      });
    }
  });
}

test('it comes and goes in order, and tells so in upstream’s words', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  await client.create(StatefulSets, aNewStatefulSet({ replicas: 2 }));
  await clock.advance(10_000);
  await change(client, { replicas: 0 });
  await clock.advance(10_000);
  expect(await podsOf(client)).toEqual([]);
  expect((await cluster.events()).toSorted()).toEqual([
    'SuccessfulCreate: create Pod db-0 in StatefulSet db successful',
    'SuccessfulCreate: create Pod db-1 in StatefulSet db successful',
    'SuccessfulDelete: delete Pod db-0 in StatefulSet db successful',
    'SuccessfulDelete: delete Pod db-1 in StatefulSet db successful',
  ]);
});

test('a rollout goes back to an old revision, which becomes the newest', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  await client.create(StatefulSets, aNewStatefulSet());
  await clock.advance(10_000);
  for (const image of ['nginx:2', 'nginx:1']) {
    await setImage(client, image);
    await clock.advance(10_000);
  }
  expect(await endOf(cluster)).toEqual({
    counts: [3, 3, 3, 3, 3],
    isOver: true,
    pods: ['db-0 nginx:1', 'db-1 nginx:1', 'db-2 nginx:1'],
    revisions: [2, 3],
  });
});

test('orphans of the right name are adopted, others are left alone', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  const { metadata, spec } = aTemplate('db', 'nginx:1');
  for (const name of ['db-0', 'other-0']) {
    await client.create(Pods, { metadata: { ...metadata, name, namespace: 'default' }, spec });
  }
  await cluster.run(controllers);
  await client.create(StatefulSets, aNewStatefulSet({ replicas: 1, updateStrategy: { type: 'OnDelete' } }));
  await clock.advance(10_000);
  const { items } = await client.list(Pods);
  expect(items.map((pod) => [nameOf(pod), pod.metadata.ownerReferences?.[0]?.name])).toEqual([
    ['db-0', 'db'],
    ['other-0', undefined],
  ]);
  expect(items[0]?.metadata.labels).toMatchObject({ 'apps.kubernetes.io/pod-index': '0' });
});

test('a name that somebody else’s pod has is waited for', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  const { spec } = aTemplate('db', 'nginx:1');
  await client.create(Pods, { metadata: { name: 'db-0', namespace: 'default' }, spec });
  await cluster.run(controllers);
  await client.create(StatefulSets, aNewStatefulSet({ replicas: 1 }));
  await clock.advance(10_000);
  expect((await client.get(StatefulSets, ref)).status).toMatchObject({ replicas: 0 });
  await client.delete(Pods, { name: 'db-0', namespace: 'default' });
  await clock.advance(300_000);
  expect((await client.get(StatefulSets, ref)).status).toMatchObject({ readyReplicas: 1 });
});

test('that no claims are made is told with each pod', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  const resources = { requests: { storage: '1Gi' } };
  const data = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources } };
  await client.create(StatefulSets, aNewStatefulSet({ replicas: 1, volumeClaimTemplates: [data] }));
  await clock.advance(10_000);
  expect((await client.get(Pods, { name: 'db-0', namespace: 'default' })).spec.volumes?.[0]).toEqual({
    name: 'data',
    emptyDir: {},
  });
  expect(await cluster.events()).toContain(
    'VolumeClaimsNotMade: sampan makes no PersistentVolumeClaims: Pod db-0 gets an emptyDir in place of data',
  );
});

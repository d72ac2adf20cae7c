import { expect, test } from 'vitest';
import type { Client } from '../../client/client.ts';
import type { Deployment, DeploymentSpec } from '../../generated/types.ts';
import { Deployments, Pods, ReplicaSets } from '../../resources/kinds.ts';
import { ReplicaSetController } from '../replicaset/controller.ts';
import { aTemplate } from '../testing/builders.ts';
import { type Controllers, endOfEachCrash, TestCluster } from '../testing/cluster.ts';
import { DeploymentController } from './controller.ts';

const controllers: Controllers = (context, run) => {
  run(new DeploymentController(context));
  run(new ReplicaSetController(context));
};
const ref = { name: 'web', namespace: 'default' };

const aNewDeployment = (spec: Partial<DeploymentSpec> = {}): Deployment => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: aTemplate('web', 'nginx:1'),
    ...spec,
  },
});
const setImage = (client: Client, image: string) =>
  client.patch(Deployments, ref, {
    type: 'strategic',
    body: { spec: { template: { spec: { containers: [{ name: 'main', image }] } } } },
  });

async function endOf({ client }: TestCluster) {
  const { status, metadata } = await client.get(Deployments, ref);
  const { updatedReplicas, replicas, availableReplicas, conditions } = status ?? {};
  return {
    counts: [updatedReplicas, replicas, availableReplicas],
    conditions: conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`).toSorted(),
    revision: metadata.annotations?.['deployment.kubernetes.io/revision'],
    images: (await client.list(Pods)).items.map(({ spec }) => spec.containers[0]?.image),
    replicaSets: (await client.list(ReplicaSets)).items.length,
  };
}
const rolledOut = {
  counts: [3, 3, 3],
  conditions: ['Available=True MinimumReplicasAvailable', 'Progressing=True NewReplicaSetAvailable'],
  revision: '2',
  images: ['nginx:2', 'nginx:2', 'nginx:2'],
  replicaSets: 2,
};

for (const type of ['RollingUpdate', 'Recreate']) {
  test(`${type} ends the same, after whichever write the controllers fall`, async () => {
    const ends = await endOfEachCrash(
      () => ({}),
      controllers,
      async ({ client, clock }) => {
        await client.create(Deployments, aNewDeployment({ strategy: { type } }));
        await clock.advance(10_000);
        await setImage(client, 'nginx:2');
        await clock.advance(60_000);
      },
      endOf,
    );
    expect(ends.length).toBeGreaterThan(20);
    for (const end of ends) expect(end).toEqual(rolledOut);
  });
}

test('a rollout goes back to an old ReplicaSet, which becomes the newest revision', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  await client.create(Deployments, aNewDeployment());
  await clock.advance(10_000);
  await setImage(client, 'nginx:2');
  await clock.advance(10_000);
  await setImage(client, 'nginx:1');
  await clock.advance(10_000);
  expect(await endOf(cluster)).toMatchObject({
    counts: [3, 3, 3],
    revision: '3',
    images: ['nginx:1', 'nginx:1', 'nginx:1'],
    replicaSets: 2,
  });
  expect(await cluster.events()).toContainEqual(
    expect.stringMatching(/^ScalingReplicaSet: Scaled up replica set web-[a-z0-9]+ from 0 to 3$/),
  );
});

test('minReadySeconds that are taken away do not keep the next change from coming', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  await client.create(Deployments, aNewDeployment({ minReadySeconds: 10 }));
  await clock.advance(30_000);
  const body = { spec: { minReadySeconds: null, replicas: 4 } };
  await client.patch(Deployments, ref, { type: 'merge', body });
  await clock.advance(10_000);
  const [replicaSet] = (await client.list(ReplicaSets)).items;
  expect(replicaSet?.spec).toMatchObject({ replicas: 4 });
  expect(replicaSet?.spec.minReadySeconds ?? 0).toBe(0);
  expect((await endOf(cluster)).counts).toEqual([4, 4, 4]);
});

test('another one’s ReplicaSet of the same name is stepped around', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  const crash = await cluster.run(controllers, { crashAfter: 1 });
  await client.create(Deployments, aNewDeployment());
  await clock.advance(1_000);
  expect(crash.hasHappened).toBe(true);
  const [first] = (await client.list(ReplicaSets)).items;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Other', name: 'x', uid: 'x', controller: true }];
  const firstRef = { name: first!.metadata.name!, namespace: 'default' };
  await client.patch(ReplicaSets, firstRef, { type: 'merge', body: { metadata: { ownerReferences } } });
  await cluster.run(controllers);
  await clock.advance(10_000);
  expect((await client.get(Deployments, ref)).status).toMatchObject({
    collisionCount: 1,
    availableReplicas: 3,
  });
});

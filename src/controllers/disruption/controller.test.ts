import { expect, test } from 'vitest';
import { isStatusError } from '../../apimachinery/errors.ts';
import { refOf } from '../../client/client.ts';
import type { Eviction } from '../../generated/types.ts';
import {
  DaemonSets,
  Deployments,
  Nodes,
  PodDisruptionBudgets,
  Pods,
  ReplicationControllers,
  StatefulSets,
} from '../../resources/kinds.ts';
import { DaemonSetController } from '../daemonset/controller.ts';
import { DeploymentController } from '../deployment/controller.ts';
import { ReplicaSetController } from '../replicaset/controller.ts';
import { ReplicationManager } from '../replicationcontroller/controller.ts';
import { StatefulSetController } from '../statefulset/controller.ts';
import { aTemplate } from '../testing/builders.ts';
import { type Controllers, TestCluster } from '../testing/cluster.ts';
import { DisruptionController } from './controller.ts';
import { StaleDisruptionController } from './staleConditions.ts';

const controllers: Controllers = (context, run) => {
  run(new DisruptionController(context));
  run(new StaleDisruptionController(context));
  run(new DaemonSetController(context));
  run(new DeploymentController(context));
  run(new ReplicaSetController(context));
  run(new ReplicationManager(context));
  run(new StatefulSetController(context));
};
const metadata = { name: 'web', namespace: 'default' };
const selector = { matchLabels: { app: 'web' } };
const spec = { replicas: 3, selector, template: aTemplate('web') };

type Make = (client: TestCluster['client']) => Promise<unknown>;
const owners: Record<string, Make> = {
  'a Deployment': (client) => client.create(Deployments, { metadata, spec }),
  'a StatefulSet': (client) => client.create(StatefulSets, { metadata, spec }),
  'a ReplicationController': (client) =>
    client.create(ReplicationControllers, { metadata, spec: { replicas: 3, template: aTemplate('web') } }),
};

async function withBudget(make: Make) {
  const cluster = await TestCluster.start();
  await cluster.run(controllers);
  await make(cluster.client);
  await cluster.client.create(PodDisruptionBudgets, { metadata, spec: { maxUnavailable: 1, selector } });
  await cluster.clock.advance(10_000);
  const status = async () => (await cluster.client.get(PodDisruptionBudgets, metadata)).status;
  return { ...cluster, client: cluster.client, clock: cluster.clock, status, events: () => cluster.events() };
}

test.each(Object.entries(owners))('of the pods of %s one goes at a time', async (_, make) => {
  const { client, clock, status } = await withBudget(make);
  expect(await status()).toMatchObject({
    expectedPods: 3,
    currentHealthy: 3,
    desiredHealthy: 2,
    disruptionsAllowed: 1,
  });
  const { items } = await client.list(Pods);
  const evict = async (index: number) => {
    const ref = refOf(items[index]!);
    const eviction: Eviction = { metadata: ref };
    try {
      await client.createSubresource(Pods, ref, 'eviction', eviction);
      return 201;
    } catch (error) {
      return isStatusError(error) ? error.code : 0;
    }
  };
  expect([await evict(0), await evict(1)]).toEqual([201, 429]);
  await clock.advance(10_000);
  expect(await status()).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 1 });
  expect(await evict(1)).toBe(201);
});

test('of daemons it cannot be known how many there should be', async () => {
  const { status, events } = await withBudget(async (client) => {
    await client.create(Nodes, { metadata: { name: 'node01' }, spec: {} });
    await client.create(DaemonSets, { metadata, spec: { selector, template: aTemplate('web') } });
  });
  const message = 'daemonsets.apps does not implement the scale subresource';
  expect((await status())?.conditions).toMatchObject([{ status: 'False', reason: 'SyncFailed', message }]);
  expect(await events()).toContain(
    `CalculateExpectedPodCountFailed: Failed to calculate the number of expected pods: ${message}`,
  );
});

test('pods without an owner are told of', async () => {
  const { events } = await withBudget((client) => {
    const { metadata: labels, spec } = aTemplate('web');
    return client.create(Pods, { metadata: { ...metadata, ...labels }, spec });
  });
  expect(await events()).toContainEqual(
    expect.stringContaining('(selector: &LabelSelector{MatchLabels:map[string]string{app: web,},'),
  );
});

test('a disruption that does not come is taken back', async () => {
  const { client, clock } = await withBudget(owners['a StatefulSet']!);
  const ref = { name: 'web-0', namespace: 'default' };
  const lastTransitionTime = new Date(clock.now()).toISOString();
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'PreemptionByScheduler',
    lastTransitionTime,
  };
  const body = { status: { conditions: [condition] } };
  await client.patch(Pods, ref, { type: 'strategic', body }, { subresource: 'status' });
  await clock.advance(130_000);
  const { status } = await client.get(Pods, ref);
  const found = status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  expect([found?.status, found?.reason]).toEqual(['False', undefined]);
});

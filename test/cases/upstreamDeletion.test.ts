import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../src/apimachinery/object.ts';
import type { ResourceType } from '../../src/apimachinery/resourceType.ts';
import type { OwnerReference, Pod } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import {
  CronJobs,
  DaemonSets,
  Deployments,
  Jobs,
  Pods,
  ReplicaSets,
  ReplicationControllers,
  StatefulSets,
} from '../../src/resources/kinds.ts';
import { cronJob, daemonSet, job, NAMESPACE, podsOf, ref, template } from './support.ts';

// What upstream's conformance suite asserts of owners that go, and of what they own.

const labels = { app: 'work' };
const running = { metadata: { labels }, spec: { ...template('sleep 9999').spec, restartPolicy: 'Always' } };

const owner = (apiVersion: string, kind: string, more: object = {}): KubernetesObject =>
  ({
    apiVersion,
    kind,
    metadata: { name: 'work', namespace: NAMESPACE },
    spec: { replicas: 2, selector: { matchLabels: labels }, template: running, ...more },
  }) as KubernetesObject;

const replicationController = owner('v1', 'ReplicationController', { selector: labels });

async function clusterWith(object: KubernetesObject): Promise<TestCluster> {
  const cluster = await createCluster({ nodes: 2 });
  await cluster.apply(object);
  await cluster.clock.advance('90s');
  expect(await podsOf(cluster)).not.toEqual([]);
  return cluster;
}

const ownersOf = ({ metadata }: Pod): readonly string[] =>
  (metadata.ownerReferences ?? []).map(({ kind, name }) => `${kind} ${name}`);

const kinds: Record<string, { type: unknown; object: KubernetesObject; leaves: 'pods' | 'nothing' }> = {
  DaemonSet: { type: DaemonSets, object: daemonSet('work'), leaves: 'nothing' },
  Deployment: { type: Deployments, object: owner('apps/v1', 'Deployment'), leaves: 'nothing' },
  ReplicaSet: { type: ReplicaSets, object: owner('apps/v1', 'ReplicaSet'), leaves: 'nothing' },
  StatefulSet: {
    type: StatefulSets,
    object: owner('apps/v1', 'StatefulSet', { serviceName: 'work' }),
    leaves: 'nothing',
  },
  ReplicationController: { type: ReplicationControllers, object: replicationController, leaves: 'pods' },
  Job: { type: Jobs, object: job('work', 'sleep 9999', { parallelism: 2 }), leaves: 'pods' },
  CronJob: { type: CronJobs, object: cronJob('work', '* * * * *', 'sleep 9999'), leaves: 'nothing' },
};

for (const [kind, { type: untyped, object, leaves }] of Object.entries(kinds)) {
  const type = untyped as ResourceType<KubernetesObject>;
  describe(`a ${kind} that is deleted`, () => {
    test(`leaves ${leaves} where nothing else is asked for`, async () => {
      await using cluster = await clusterWith(object);
      await cluster.client.delete(type, ref('work'));
      await cluster.clock.advance('2m');
      const left = await podsOf(cluster);
      expect(left.length > 0).toBe(leaves === 'pods');
      expect(left.flatMap(ownersOf)).toEqual([]);
    });

    test('with Foreground stays until its pods are gone', async () => {
      await using cluster = await clusterWith(object);
      await cluster.client.delete(type, ref('work'), { propagationPolicy: 'Foreground' });
      const now = await cluster.client.get(type, ref('work'));
      expect(now.metadata.finalizers).toContain('foregroundDeletion');
      let podsWhenItWent = Number.NaN;
      await cluster.clock.runUntil(async () => {
        const { items } = await cluster.client.list(type, { namespace: NAMESPACE });
        if (items.length === 0) podsWhenItWent = (await podsOf(cluster)).length;
        return items.length === 0;
      });
      expect(podsWhenItWent).toBe(0);
    });
  });
}

test('what has another owner stays when one of its owners waits for its dependents, and is no longer owned by that one', async () => {
  await using cluster = await clusterWith(replicationController);
  const stays = await cluster.client.create(ReplicationControllers, {
    ...owner('v1', 'ReplicationController', { selector: { app: 'stays' }, replicas: 0 }),
    metadata: { name: 'stays', namespace: NAMESPACE },
    spec: {
      replicas: 0,
      selector: { app: 'stays' },
      template: { ...running, metadata: { labels: { app: 'stays' } } },
    },
  } as never);
  const [shared] = await podsOf(cluster);
  const second: OwnerReference = {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    name: 'stays',
    uid: stays.metadata.uid!,
  };
  const ownerReferences = [...shared!.metadata.ownerReferences!, second];
  await cluster.client.patch(Pods, ref(shared!.metadata.name!), {
    type: 'merge',
    body: { metadata: { ownerReferences } },
  });
  await cluster.client.delete(ReplicationControllers, ref('work'), { propagationPolicy: 'Foreground' });
  await cluster.waitFor('rc/work', 'deleted');
  await cluster.clock.advance('1m');
  const left = await podsOf(cluster);
  expect(left.map(ownersOf)).toEqual([['ReplicationController stays']]);
});

test('a circle of owners does not keep its pods from going', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  const pod = (name: string): Pod => ({
    metadata: { name, namespace: NAMESPACE },
    spec: running.spec as Pod['spec'],
  });
  const pods = [];
  for (const name of ['pod1', 'pod2', 'pod3']) pods.push(await cluster.client.create(Pods, pod(name)));
  for (const [i, { metadata }] of pods.entries()) {
    const { name, uid } = pods[(i + 2) % 3]!.metadata;
    const ownerReferences = [
      { apiVersion: 'v1', kind: 'Pod', name: name!, uid: uid!, controller: true, blockOwnerDeletion: true },
    ];
    await cluster.client.patch(Pods, ref(metadata.name!), {
      type: 'merge',
      body: { metadata: { ownerReferences } },
    });
  }
  await cluster.client.delete(Pods, ref('pod1'), { propagationPolicy: 'Foreground' });
  await cluster.clock.advance('2m');
  expect(await podsOf(cluster)).toEqual([]);
});

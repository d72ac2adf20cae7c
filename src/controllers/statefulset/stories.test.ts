import { expect, test } from 'vitest';
import { podsOf, reasonsOf, ref } from '../../../test/cases/support.ts';
import type { Pod, StatefulSet, StatefulSetSpec } from '../../generated/types.ts';
import { createCluster, type TestCluster } from '../../index.ts';

const web = (spec: Partial<StatefulSetSpec> = {}): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 3,
    serviceName: 'web',
    minReadySeconds: 10,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'main', image: 'nginx:1' }] },
    },
    ...spec,
  },
});

async function clusterWith(spec: Partial<StatefulSetSpec> = {}, unpullableImages?: RegExp) {
  const cluster = await createCluster({ nodes: 3, ...(unpullableImages && { unpullableImages }) });
  await cluster.apply(web(spec));
  return cluster;
}

const patch = (cluster: TestCluster, spec: object) =>
  cluster.client.patch('apps/v1', 'StatefulSet', ref('web'), { type: 'strategic', body: { spec } });
const image = (name: string) => ({ template: { spec: { containers: [{ name: 'main', image: name }] } } });

const shown = (pod: Pod) => `${pod.metadata.name} ${pod.spec.containers[0]!.image}`;
const pods = async (cluster: TestCluster) => (await podsOf(cluster)).map(shown);
const statusOf = async (cluster: TestCluster) =>
  (await cluster.client.get('apps/v1', 'StatefulSet', ref('web'))).status!;

/** `+web-0 -web-0`: pods in the order of their making and their end. */
const comings = (cluster: TestCluster, from = 0) =>
  cluster
    .history!.of('Pod')
    .filter(({ type, time }) => type !== 'MODIFIED' && time >= from)
    .map(({ type, key }) => `${type === 'ADDED' ? '+' : '-'}${key.replace('default/', '')}`)
    .join(' ');

test('pods come one after the other, each when the one before it is available', async () => {
  await using cluster = await clusterWith();
  await cluster.clock.advance('9s');
  expect(await pods(cluster)).toEqual(['web-0 nginx:1']);
  await cluster.clock.advance('2s');
  expect(await pods(cluster)).toEqual(['web-0 nginx:1', 'web-1 nginx:1']);
  await cluster.clock.advance('30s');
  const status = await statusOf(cluster);
  expect(status).toMatchObject({ replicas: 3, readyReplicas: 3, availableReplicas: 3, currentReplicas: 3 });
  const [pod] = await podsOf(cluster);
  expect(pod!.metadata.labels).toEqual({
    app: 'web',
    'apps.kubernetes.io/pod-index': '0',
    'controller-revision-hash': status.currentRevision,
    'statefulset.kubernetes.io/pod-name': 'web-0',
  });
  expect(pod!.spec).toMatchObject({ hostname: 'web-0', subdomain: 'web' });
  expect(await reasonsOf(cluster, 'web')).toEqual([
    'SuccessfulCreate',
    'SuccessfulCreate',
    'SuccessfulCreate',
  ]);
});

test('with Parallel they come at once, from the start ordinal on', async () => {
  await using cluster = await clusterWith({ podManagementPolicy: 'Parallel', ordinals: { start: 5 } });
  await cluster.clock.advance('1s');
  expect(await pods(cluster)).toEqual(['web-5 nginx:1', 'web-6 nginx:1', 'web-7 nginx:1']);
});

test('an update goes from the highest ordinal down, one at a time, and is then the current revision', async () => {
  await using cluster = await clusterWith();
  await cluster.clock.advance('1m');
  const from = cluster.clock.now();
  const before = await statusOf(cluster);
  await patch(cluster, image('nginx:2'));
  await cluster.clock.advance('1m');
  expect(comings(cluster, from)).toBe('-web-2 +web-2 -web-1 +web-1 -web-0 +web-0');
  const after = await statusOf(cluster);
  expect(after).toMatchObject({ updatedReplicas: 3, currentRevision: after.updateRevision });
  expect(after.currentRevision).not.toBe(before.currentRevision);
});

test('a partition keeps the lower ordinals as they are, also when one of them is lost', async () => {
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 2 } };
  await using cluster = await clusterWith({ updateStrategy });
  await cluster.clock.advance('1m');
  await patch(cluster, image('nginx:2'));
  await cluster.clock.advance('1m');
  await cluster.client.delete('v1', 'Pod', ref('web-0'));
  await cluster.clock.advance('1m');
  expect(await pods(cluster)).toEqual(['web-0 nginx:1', 'web-1 nginx:1', 'web-2 nginx:2']);
  expect(await statusOf(cluster)).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 });
});

test('maxUnavailable lets several be updated at once', async () => {
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } };
  await using cluster = await clusterWith({ updateStrategy, podManagementPolicy: 'Parallel' });
  await cluster.clock.advance('1m');
  await patch(cluster, image('nginx:2'));
  await cluster.clock.advance('1s');
  expect(await pods(cluster)).toEqual(['web-0 nginx:1', 'web-1 nginx:2', 'web-2 nginx:2']);
});

test('OnDelete replaces only what is deleted', async () => {
  await using cluster = await clusterWith({ updateStrategy: { type: 'OnDelete' } });
  await cluster.clock.advance('1m');
  await patch(cluster, image('nginx:2'));
  await cluster.clock.advance('1m');
  await cluster.client.delete('v1', 'Pod', ref('web-1'));
  await cluster.clock.advance('1m');
  expect(await pods(cluster)).toEqual(['web-0 nginx:1', 'web-1 nginx:2', 'web-2 nginx:1']);
});

test('scaling down takes the highest ordinal first, each when the one before it is gone', async () => {
  await using cluster = await clusterWith();
  await cluster.clock.advance('1m');
  const from = cluster.clock.now();
  await patch(cluster, { replicas: 1 });
  await cluster.clock.advance('1m');
  expect(comings(cluster, from)).toBe('-web-2 -web-1');
});

test('a pod that fails for good is made again under its name', async () => {
  await using cluster = await clusterWith();
  await cluster.clock.advance('1m');
  const [first] = await podsOf(cluster);
  const body = { status: { phase: 'Failed', reason: 'Evicted' } };
  await cluster.client.patch('v1', 'Pod', ref('web-0'), { type: 'merge', body }, { subresource: 'status' });
  await cluster.clock.advance('1m');
  const [again] = await podsOf(cluster);
  expect(again!.metadata.name).toBe('web-0');
  expect(again!.metadata.uid).not.toBe(first!.metadata.uid);
  expect(await reasonsOf(cluster, 'web')).toContain('SuccessfulDelete');
});

test('an update that does not become ready stops at the first pod; going back needs its deletion, as upstream has it', async () => {
  await using cluster = await clusterWith({}, /broken/);
  await cluster.clock.advance('1m');
  await patch(cluster, image('broken'));
  await cluster.clock.advance('5m');
  expect(await pods(cluster)).toEqual(['web-0 nginx:1', 'web-1 nginx:1', 'web-2 broken']);
  await patch(cluster, image('nginx:1'));
  await cluster.clock.advance('5m');
  expect(await pods(cluster)).toEqual(['web-0 nginx:1', 'web-1 nginx:1', 'web-2 broken']);
  await cluster.client.delete('v1', 'Pod', ref('web-2'));
  await cluster.clock.advance('1m');
  expect(await pods(cluster)).toEqual(['web-0 nginx:1', 'web-1 nginx:1', 'web-2 nginx:1']);
  const { items } = await cluster.client.list('apps/v1', 'ControllerRevision', { namespace: 'default' });
  expect(items.map(({ revision }) => revision).sort()).toEqual([2, 3]);
});

test('a claim template becomes a directory that lives as long as the pod', async () => {
  const claim = {
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };
  await using cluster = await clusterWith({ replicas: 1, volumeClaimTemplates: [claim] as never });
  await cluster.clock.advance('1s');
  const [pod] = await podsOf(cluster);
  expect(pod!.spec.volumes).toContainEqual({ name: 'data', emptyDir: {} });
  expect(pod!.status?.phase).toBe('Running');
});

test('controllers that die after any write bring up the same pods', async () => {
  await using cluster = await createCluster({ nodes: 3 });
  await cluster.apply(web({ podManagementPolicy: 'Parallel', replicas: 6 }));
  for (let crash = 0; crash < 5; crash++) await cluster.restartControllers();
  await cluster.clock.advance('1m');
  expect(comings(cluster).split(' ').sort()).toEqual([
    '+web-0',
    '+web-1',
    '+web-2',
    '+web-3',
    '+web-4',
    '+web-5',
  ]);
});

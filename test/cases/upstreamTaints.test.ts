import { expect, test } from 'vitest';
import type { Pod, Toleration } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { NAMESPACE, podsOf, template } from './support.ts';

// What upstream's end-to-end suite asserts of pods on nodes that get a NoExecute taint.

const TAINT = { key: 'example.com/evict', value: 'yes', effect: 'NoExecute' };

const pod = (name: string, toleration?: Partial<Toleration>, finalizers: string[] = []): Pod => ({
  metadata: { name, namespace: NAMESPACE, finalizers },
  spec: {
    ...template('sleep infinity').spec!,
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 1,
    ...(toleration && { tolerations: [{ ...TAINT, ...toleration }] }),
  },
});

async function taint(cluster: TestCluster, taints: readonly (typeof TAINT)[]): Promise<void> {
  await cluster.client.patch('v1', 'Node', { name: 'node01' }, { type: 'merge', body: { spec: { taints } } });
}

async function clusterWith(...pods: Pod[]): Promise<TestCluster> {
  const cluster = await createCluster({ nodes: 1 });
  for (const each of pods) await cluster.client.create('v1', 'Pod', each);
  await cluster.clock.advance('5s');
  return cluster;
}

const names = async (cluster: TestCluster) =>
  (await podsOf(cluster)).map(({ metadata }) => metadata.name).toSorted();

test('pods go at once, after the seconds that they tolerate, or never', async () => {
  await using cluster = await clusterWith(
    pod('none'),
    pod('some', { tolerationSeconds: 20 }),
    pod('always', {}),
  );
  await taint(cluster, [TAINT]);
  await cluster.clock.advance('10s');
  expect(await names(cluster)).toEqual(['always', 'some']);
  await cluster.clock.advance('15s');
  expect(await names(cluster)).toEqual(['always']);
});

test('a taint that goes in time evicts nobody', async () => {
  await using cluster = await clusterWith(pod('some', { tolerationSeconds: 60 }));
  await taint(cluster, [TAINT]);
  await cluster.clock.advance('30s');
  await taint(cluster, []);
  await cluster.clock.advance('2m');
  expect(await names(cluster)).toEqual(['some']);
});

test('an evicted pod tells that it was disrupted, for as long as somebody holds it', async () => {
  await using cluster = await clusterWith(pod('held', undefined, ['example.com/held']));
  await taint(cluster, [TAINT]);
  await cluster.clock.advance('10s');
  const [held] = await podsOf(cluster);
  expect(held?.status?.phase).toBe('Failed');
  expect(held?.status?.conditions).toContainEqual(
    expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' }),
  );
});

test('to tolerate it for longer does not help a pod whose time is running, to tolerate it for ever does', async () => {
  await using cluster = await clusterWith(
    pod('longer', { tolerationSeconds: 20 }),
    pod('ever', { tolerationSeconds: 20 }),
  );
  await taint(cluster, [TAINT]);
  await cluster.clock.advance('10s');
  const tolerate = async (name: string, toleration: Partial<Toleration>) => {
    const stored = await cluster.client.get('v1', 'Pod', { name, namespace: NAMESPACE });
    const tolerations = [{ ...TAINT, ...toleration }, ...(stored.spec.tolerations ?? []).slice(1)];
    await cluster.client.update('v1', 'Pod', { ...stored, spec: { ...stored.spec, tolerations } });
  };
  await tolerate('longer', { tolerationSeconds: 600 });
  await tolerate('ever', {});
  await cluster.clock.advance('15s');
  expect(await names(cluster)).toEqual(['ever']);
  const { items } = await cluster.client.list('v1', 'Event');
  const told = items.map(({ message }) => message).filter((message) => message?.startsWith('Cancelling'));
  expect(told).toEqual(['Cancelling deletion of Pod default/ever']);
});

import { expect, test } from 'vitest';
import type { Container, Pod } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { NAMESPACE, podsOf } from './support.ts';

// Pods that their node turns away, or loses at once, and that are made anew: upstream's case of the evicted StatefulSet, and its like.

const PORT = 21_017;
const container: Container = {
  name: 'main',
  image: 'example/main',
  ports: [{ containerPort: PORT, hostPort: PORT }],
};
const labels = { app: 'web' };
const inTheWay: Pod = {
  metadata: { name: 'in-the-way', namespace: NAMESPACE },
  spec: { nodeName: 'node01', containers: [container] },
};

async function create(cluster: TestCluster, kind: 'ReplicaSet' | 'StatefulSet', containers: Container[]) {
  const template = { metadata: { labels }, spec: { nodeName: 'node01', containers } };
  const metadata = { name: 'web', namespace: NAMESPACE };
  const spec = { replicas: 1, serviceName: 'web', selector: { matchLabels: labels }, template };
  await cluster.client.create('apps/v1', kind, { metadata, spec });
}

const isRunning = (pod: Pod) => pod.metadata.labels?.app === 'web' && pod.status?.phase === 'Running';

for (const kind of ['ReplicaSet', 'StatefulSet'] as const) {
  test(`${kind}: a pod whose port is taken is made anew, not too often, until there is room for it`, async () => {
    await using cluster = await createCluster({ nodes: 1 });
    await cluster.client.create('v1', 'Pod', inTheWay);
    await cluster.clock.advance('5s');
    await create(cluster, kind, [container]);
    const seen = new Set<string>();
    for (let second = 0; second < 10; second++) {
      await cluster.clock.advance('1s');
      for (const { metadata } of await podsOf(cluster)) seen.add(metadata.uid!);
    }
    expect(seen.size).toBeGreaterThan(3);
    expect(seen.size).toBeLessThan(15);
    expect((await podsOf(cluster)).filter(isRunning)).toEqual([]);
    await cluster.client.delete('v1', 'Pod', { name: 'in-the-way', namespace: NAMESPACE });
    await cluster.clock.advance('1m');
    expect((await podsOf(cluster)).filter(isRunning)).toHaveLength(1);
  });

  test(`${kind}: a pod that a taint drives from its node is made anew, not too often`, async () => {
    await using cluster = await createCluster({ nodes: 1 });
    const taints = [{ key: 'example.com/away', effect: 'NoExecute' }];
    await cluster.client.patch(
      'v1',
      'Node',
      { name: 'node01' },
      { type: 'merge', body: { spec: { taints } } },
    );
    await create(cluster, kind, [{ name: 'main', image: 'example/main' }]);
    await cluster.clock.advance('10s');
    const { items } = await cluster.client.list('v1', 'Event');
    const made = items.filter(({ reason }) => reason === 'SuccessfulCreate');
    expect(made.length).toBeGreaterThan(0);
    expect(made.length).toBeLessThan(15);
  });
}

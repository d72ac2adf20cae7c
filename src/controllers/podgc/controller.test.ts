import { expect, test } from 'vitest';
import { Pods } from '../../resources/kinds.ts';
import { noMetrics } from '../framework/metrics.ts';
import { TestCluster } from '../testing/cluster.ts';
import { PodGcController } from './controller.ts';

test('what is removed is counted by namespace and reason, under upstream’s name', async () => {
  const cluster = await TestCluster.start();
  const counted: unknown[] = [];
  const metrics = { ...noMetrics, count: (...of: unknown[]) => void counted.push(of) };
  await cluster.run((context, run) => run(new PodGcController(context)), { metrics });
  await cluster.client.create(Pods, {
    metadata: { name: 'lost', namespace: 'default' },
    spec: { nodeName: 'gone', containers: [{ name: 'main', image: 'busybox' }] },
  });
  await cluster.clock.advance(70_000);
  expect((await cluster.client.list(Pods)).items).toEqual([]);
  const labels = { namespace: 'default', reason: 'orphaned' };
  expect(counted).toEqual([['pod_gc_collector_force_delete_pods_total', labels]]);
});

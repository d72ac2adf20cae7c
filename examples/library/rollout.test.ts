import { createCluster } from 'sampan';
import { expect, test } from 'vitest';

test('a rollout waits for a node that died, and goes on when it is back', async () => {
  await using cluster = await createCluster({ nodes: 4, seed: 7 });
  const agent = (image: string) => `
    apiVersion: apps/v1
    kind: DaemonSet
    metadata: { name: agent }
    spec:
      selector: { matchLabels: { app: agent } }
      template:
        metadata: { labels: { app: agent } }
        spec: { containers: [{ name: agent, image: "${image}" }] }
  `;
  await cluster.apply(agent('example/agent:1'));
  await cluster.waitFor('daemonset/agent', 'rolled-out');

  await cluster.nodes.crash('node02');
  await cluster.clock.advance('2m');
  await cluster.apply(agent('example/agent:2'));
  await expect(cluster.waitFor('daemonset/agent', 'rolled-out', { limit: '30m' })).rejects.toThrow(
    'Waited in vain for daemonset/agent rolled-out',
  );

  await cluster.nodes.restart('node02');
  await cluster.waitFor('daemonset/agent', 'rolled-out', { limit: '5m' });
});

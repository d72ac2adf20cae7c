import { expect, test } from 'vitest';
import { daemonSet, daemonSetNamed, podsOf, ref } from '../../../test/cases/support.ts';
import { createCluster } from '../../index.ts';

const setImage = (image: string) => ({
  spec: { template: { spec: { containers: [{ name: 'main', image }] } } },
});

/** A cluster of two nodes in each of two zones, with a DaemonSet that has these annotations. */
async function clusterWith(annotations: Record<string, string>) {
  const cluster = await createCluster({ nodes: 0 });
  for (const [index, zone] of ['b', 'a', 'b', 'a'].entries()) {
    await cluster.nodes.add({ name: `node0${index + 1}`, labels: { zone } });
  }
  const agent = daemonSet('agent', { minReadySeconds: 30 });
  await cluster.apply({ ...agent, metadata: { ...agent.metadata, annotations } } as typeof agent);
  await cluster.clock.advance('1m');
  await cluster.client.patch('apps/v1', 'DaemonSet', ref('agent'), {
    type: 'strategic',
    body: setImage('nginx:2'),
  });
  return cluster;
}

const annotate = (cluster: Awaited<ReturnType<typeof clusterWith>>, annotations: object) =>
  cluster.client.patch('apps/v1', 'DaemonSet', ref('agent'), {
    type: 'merge',
    body: { metadata: { annotations } },
  });

const updated = async (cluster: Awaited<ReturnType<typeof clusterWith>>) =>
  (await podsOf(cluster))
    .filter(({ spec }) => spec.containers[0]!.image === 'nginx:2')
    .map(({ spec }) => spec.nodeName)
    .sort();

test('a DaemonSet that is paused updates nothing, gives new nodes their daemon, and goes on when it is resumed', async () => {
  await using cluster = await clusterWith({ 'sampan.dev/paused': 'true' });
  await cluster.clock.advance('10m');
  expect(await updated(cluster)).toEqual([]);
  await cluster.nodes.add();
  await cluster.clock.advance('1m');
  expect((await daemonSetNamed(cluster, 'agent')).status).toMatchObject({
    numberReady: 5,
    updatedNumberScheduled: 1,
  });
  await annotate(cluster, { 'sampan.dev/paused': null });
  await cluster.clock.advance('10m');
  expect(await updated(cluster)).toHaveLength(5);
});

test.each([
  ['3', 1],
  ['50%', 2],
  ['0', 4],
  ['nonsense', 4],
])('with partition %s so many daemons are updated: %i', async (partition, count) => {
  await using cluster = await clusterWith({ 'sampan.dev/partition': partition });
  await cluster.clock.advance('20m');
  expect(await updated(cluster)).toHaveLength(count);
});

test('an order by zone brings one zone to its end before the next begins', async () => {
  await using cluster = await clusterWith({ 'sampan.dev/update-order': 'zone' });
  await cluster.clock.runUntil(async () => (await updated(cluster)).length === 2);
  expect(await updated(cluster)).toEqual(['node02', 'node04']);
  await cluster.clock.advance('10m');
  expect(await updated(cluster)).toHaveLength(4);
});

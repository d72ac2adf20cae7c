import { expect, test } from 'vitest';
import type { DaemonSet } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { daemonSets } from '../../src/resources/daemonset/daemonSet.ts';
import { daemonSet, daemonSetNamed, podsOf, ref } from './support.ts';

const annotated = (text: string): DaemonSet => {
  const agent = daemonSet('agent');
  agent.metadata.annotations = { 'sampan.dev/resources-by-node': text };
  return agent;
};

/** Of 2 and of 32 CPUs. */
async function unequalNodes(): Promise<TestCluster> {
  const cluster = await createCluster({ nodes: 0 });
  await cluster.nodes.add({ capacity: { cpu: '2', memory: '4Gi', pods: '110' } });
  await cluster.nodes.add({ capacity: { cpu: '32', memory: '128Gi', pods: '110' } });
  return cluster;
}

const cpus = async (cluster: TestCluster) =>
  (await podsOf(cluster, 'app=agent'))
    .map(({ spec }) => `${spec.nodeName} ${spec.containers[0]!.resources?.requests?.cpu ?? 'nothing'}`)
    .sort();

test('#122753: a daemon asks for a share of its node, and one template is one revision', async () => {
  await using cluster = await unequalNodes();
  await cluster.apply(annotated('main: cpu=2%, memory=5%'));
  await cluster.waitFor('ds/agent', 'rolled-out');
  expect(await cpus(cluster)).toEqual(['node01 40m', 'node02 640m']);
  const revisions = await cluster.client.list('apps/v1', 'ControllerRevision', { namespace: 'default' });
  expect(revisions.items).toHaveLength(1);
  const hashes = (await podsOf(cluster)).map(({ metadata }) => metadata.labels?.['controller-revision-hash']);
  expect(new Set(hashes).size).toBe(1);
});

test('#122753: a node that grows, and an annotation that changes, restart nobody; the next daemon heeds them', async () => {
  await using cluster = await unequalNodes();
  await cluster.apply(annotated('main: cpu=2%'));
  await cluster.waitFor('ds/agent', 'rolled-out');
  const before = (await podsOf(cluster)).map(({ metadata }) => metadata.name);
  await cluster.client.patch(
    'v1',
    'Node',
    { name: 'node01' },
    { type: 'merge', body: { status: { allocatable: { cpu: '4' } } } },
    { subresource: 'status' },
  );
  await cluster.apply(annotated('main: cpu=10%'));
  await cluster.clock.advance('1s');
  expect((await podsOf(cluster)).map(({ metadata }) => metadata.name)).toEqual(before);
  const onFirst = (await podsOf(cluster)).find(({ spec }) => spec.nodeName === 'node01')!;
  await cluster.client.delete('v1', 'Pod', ref(onFirst.metadata.name!));
  await cluster.clock.advance('1m');
  expect(await cpus(cluster)).toEqual(['node01 400m', 'node02 640m']);
});

test.each([
  [
    'main: cpu=lots',
    '"main: cpu=lots" is ignored: it must be percentages of cpu, memory or ephemeral-storage by container, "agent: cpu=2%, memory=5%", with ";" between containers',
  ],
  ['proxy: cpu=2%', '"proxy" is ignored: it must be a container of the template, one of main'],
])('"%s" is told, and ignored', async (text, warning) => {
  await using cluster = await unequalNodes();
  await cluster.apply(annotated(text));
  await cluster.waitFor('ds/agent', 'rolled-out');
  expect(await cpus(cluster)).toEqual(['node01 nothing', 'node02 nothing']);
  expect(daemonSets.warnings!(await daemonSetNamed(cluster, 'agent'), undefined)).toEqual([
    `metadata.annotations[sampan.dev/resources-by-node]: ${warning}`,
  ]);
});

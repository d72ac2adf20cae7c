import { expect, test } from 'vitest';
import type { Pod } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { NAMESPACE } from './support.ts';

// What a resize does to the pods beside it.

const pod = (name: string, cpu: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: NAMESPACE },
  spec: { containers: [{ name: 'main', image: 'nginx', resources: { requests: { cpu } } }] },
});

async function oneNode(): Promise<TestCluster> {
  const cluster = await createCluster({ nodes: 0 });
  await cluster.nodes.add({ name: 'node01', capacity: { cpu: '4', memory: '8Gi', pods: '110' } });
  await cluster.clock.advance('10s');
  return cluster;
}

const resize = (cluster: TestCluster, name: string, cpu: string) =>
  cluster.client.patch(
    'v1',
    'Pod',
    { name, namespace: NAMESPACE },
    {
      type: 'strategic',
      body: { spec: { containers: [{ name: 'main', resources: { requests: { cpu } } }] } },
    },
    { subresource: 'resize' },
  );

const nodeOf = async (cluster: TestCluster, name: string) =>
  (await cluster.client.get('v1', 'Pod', { name, namespace: NAMESPACE })).spec?.nodeName;

test('a pod that waits for room gets it when another is resized to less', async () => {
  await using cluster = await oneNode();
  await cluster.apply(pod('big', '3'));
  await cluster.clock.advance('5s');
  await cluster.apply(pod('next', '2'));
  await cluster.clock.advance('5s');
  expect(await nodeOf(cluster, 'next')).toBeUndefined();
  await resize(cluster, 'big', '1');
  await cluster.clock.advance('5s');
  expect(await nodeOf(cluster, 'next')).toBe('node01');
});

test('what a pod is resized to is taken, even before it has it', async () => {
  await using cluster = await oneNode();
  await cluster.apply(pod('a', '1'));
  await cluster.apply(pod('b', '2'));
  await cluster.clock.advance('5s');
  await resize(cluster, 'a', '3'); // finds no room now
  await cluster.clock.advance('5s');
  await cluster.apply(pod('next', '1'));
  await cluster.clock.advance('1m');
  expect(await nodeOf(cluster, 'next')).toBeUndefined();
  await resize(cluster, 'a', '9'); // will never be
  await cluster.clock.advance('1m');
  expect(await nodeOf(cluster, 'next')).toBe('node01');
});

import { expect, test } from 'vitest';
import type { Node } from '../../generated/types.ts';
import { Nodes } from '../../resources/kinds.ts';
import { TestCluster } from '../testing/cluster.ts';
import { NodeIpamController } from './controller.ts';

/** Two ranges are all that there is. */
const CLUSTER_CIDR = '10.0.0.0/23';

const aNewNode = (name: string, podCIDR?: string): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: podCIDR === undefined ? {} : { podCIDR, podCIDRs: [podCIDR] },
});

async function startWith(...nodes: readonly Node[]): Promise<TestCluster> {
  const cluster = await TestCluster.start();
  for (const node of nodes) await cluster.client.create(Nodes, node);
  await cluster.run((context, run) => run(new NodeIpamController(context, CLUSTER_CIDR)));
  await cluster.clock.advance(0);
  return cluster;
}

async function ranges({ client }: TestCluster): Promise<Record<string, string | undefined>> {
  const { items } = await client.list(Nodes);
  return Object.fromEntries(items.map(({ metadata, spec }) => [metadata.name, spec.podCIDRs?.join()]));
}

test('nodes that are there and nodes that come each get a range', async () => {
  const cluster = await startWith(aNewNode('a'));
  await cluster.client.create(Nodes, aNewNode('b'));
  await cluster.clock.advance(0);
  expect(await ranges(cluster)).toEqual({ a: '10.0.0.0/24', b: '10.0.1.0/24' });
});

test('a node keeps the range that it has, whoever else comes first', async () => {
  const cluster = await startWith(aNewNode('a'), aNewNode('b', '10.0.0.0/24'));
  expect(await ranges(cluster)).toEqual({ a: '10.0.1.0/24', b: '10.0.0.0/24' });
});

test('a node for which there is no range hears of it', async () => {
  const cluster = await startWith(aNewNode('a'), aNewNode('b'), aNewNode('c'));
  expect(await ranges(cluster)).toEqual({ a: '10.0.0.0/24', b: '10.0.1.0/24', c: undefined });
  expect(await cluster.events()).toEqual(['CIDRNotAvailable: Node c status is now: CIDRNotAvailable']);
});

test('and gets that of a node that goes', async () => {
  const cluster = await startWith(aNewNode('a'), aNewNode('b'), aNewNode('c'));
  await cluster.client.delete(Nodes, { name: 'a' });
  await cluster.clock.advance(0);
  expect(await ranges(cluster)).toEqual({ b: '10.0.1.0/24', c: '10.0.0.0/24' });
});

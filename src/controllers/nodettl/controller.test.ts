import { expect, test } from 'vitest';
import { Nodes } from '../../resources/kinds.ts';
import { TestCluster } from '../testing/cluster.ts';
import { NodeTtlController } from './controller.ts';
import { TTL_ANNOTATION } from './plan.ts';

const addNode = ({ client }: TestCluster, name: string) =>
  client.create(Nodes, { metadata: { name, annotations: { own: 'yes' } }, spec: {} });

/** What nodes are told, and how many are told it. */
async function told({ client, clock }: TestCluster): Promise<Record<string, number>> {
  await clock.advance(0);
  const { items } = await client.list(Nodes);
  expect(items.every(({ metadata }) => metadata.annotations?.own === 'yes')).toBe(true);
  const counts: Record<string, number> = {};
  for (const { metadata } of items) {
    const text = metadata.annotations?.[TTL_ANNOTATION] ?? 'nothing';
    counts[text] = (counts[text] ?? 0) + 1;
  }
  return counts;
}

test('all nodes are told anew when the cluster has grown or shrunk by enough', async () => {
  const cluster = await TestCluster.start();
  for (let count = 1; count <= 100; count++) await addNode(cluster, `node-${count}`);
  await cluster.run((context, run) => run(new NodeTtlController(context)));
  expect(await told(cluster)).toEqual({ 0: 100 });
  await addNode(cluster, 'one-more');
  expect(await told(cluster)).toEqual({ 15: 101 });
  for (let count = 1; count <= 11; count++) await cluster.client.delete(Nodes, { name: `node-${count}` });
  expect(await told(cluster)).toEqual({ 15: 90 });
  await cluster.client.delete(Nodes, { name: 'one-more' });
  expect(await told(cluster)).toEqual({ 0: 89 });
});

test('a node from which somebody takes it is told again', async () => {
  const cluster = await TestCluster.start();
  await addNode(cluster, 'a');
  await cluster.run((context, run) => run(new NodeTtlController(context)));
  expect(await told(cluster)).toEqual({ 0: 1 });
  const body = { metadata: { annotations: { [TTL_ANNOTATION]: null } } };
  await cluster.client.patch(Nodes, { name: 'a' }, { type: 'merge', body });
  expect(await told(cluster)).toEqual({ 0: 1 });
});

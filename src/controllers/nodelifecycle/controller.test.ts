import { expect, test } from 'vitest';
import { nameOf } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import { type Clock, timestamp } from '../../clock/clock.ts';
import { Nodes, Pods } from '../../resources/kinds.ts';
import { type Controllers, TestCluster } from '../testing/cluster.ts';
import { NodeLifecycleController } from './controller.ts';
import { isEmptied } from './taints.ts';

const controllers: Controllers = (context, run) => run(new NodeLifecycleController(context));

async function addNode({ client, clock }: TestCluster, name: string): Promise<void> {
  await client.create(Nodes, { metadata: { name }, spec: {} });
  await beat(client, clock, name);
}

async function beat(client: Client, clock: Clock, name: string): Promise<void> {
  const ready = { type: 'Ready', status: 'True', lastHeartbeatTime: timestamp(clock.now()) };
  const body = { status: { conditions: [ready] } };
  await client.patch(Nodes, { name }, { type: 'merge', body }, { subresource: 'status' });
}

/** The node is heard of every ten seconds, until the returned function is called. */
function keepAlive({ client, clock }: TestCluster, name: string): () => void {
  let isAlive = true;
  const next = () =>
    clock.callIn(10_000, () => {
      if (!isAlive) return;
      void beat(client, clock, name);
      next();
    });
  next();
  return () => {
    isAlive = false;
  };
}

/** The names of nodes that pods have to leave. */
const emptied = async ({ client }: TestCluster) =>
  (await client.list(Nodes)).items.filter(({ spec }) => isEmptied(spec.taints)).map(nameOf);

/** How long a node may be silent, and how long its pods stay, takes no longer when the hour is set back. */
test.each([
  { title: 'a node that dies is Unknown after forty seconds, and loses its pods after their five minutes' },
  { title: 'also when the hour is set back just after it died', setBackMs: [3_600_000, 0] },
  { title: 'also when the hour is set back while it is gone', setBackMs: [0, 120_000] },
])('$title', async ({ setBackMs: [first, second] = [0, 0] }) => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await addNode(cluster, 'node01');
  await addNode(cluster, 'node02');
  keepAlive(cluster, 'node02');
  const toleration = (name: string) => ({
    key: `node.kubernetes.io/${name}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  });
  await client.create(Pods, {
    metadata: { name: 'a', namespace: 'default' },
    spec: {
      containers: [{ name: 'main', image: 'nginx' }],
      tolerations: [toleration('not-ready'), toleration('unreachable')],
    },
  });
  await clock.advance(100);
  await cluster.run(controllers);
  const readyStatus = async () =>
    (await client.get(Nodes, { name: 'node01' })).status?.conditions?.find(({ type }) => type === 'Ready')
      ?.status;
  await clock.advance(9_000);
  clock.set(clock.now() - first!);
  await clock.advance(30_000);
  expect(await readyStatus()).toBe('True');
  await clock.advance(2_000);
  expect(await readyStatus()).toBe('Unknown');
  const { items } = await client.list(Pods);
  expect(items[0]?.status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('False');
  await clock.advance(8_000);
  clock.set(clock.now() - second!);
  await clock.advance(290_000);
  expect((await client.list(Pods)).items.length).toBe(1);
  await clock.advance(3_000);
  expect((await client.list(Pods)).items.length).toBe(0);
  const events = await cluster.events();
  for (const told of [
    'RegisteredNode: Node node01 event: Registered Node node01 in Controller',
    'NodeNotReady: Node node01 status is now: NodeNotReady',
    'NodeNotReady: Node is not ready',
    'TaintManagerEviction: Marking for deletion Pod default/a',
  ])
    expect(events).toContain(told);
});

test('nodes that are lost together are emptied one after the other', async () => {
  const cluster = await TestCluster.start();
  const { clock } = cluster;
  for (const name of ['node01', 'node02', 'node03', 'node04']) await addNode(cluster, name);
  keepAlive(cluster, 'node03');
  keepAlive(cluster, 'node04');
  await cluster.run(controllers);
  await clock.advance(45_000);
  expect(await emptied(cluster)).toHaveLength(1);
  await clock.advance(10_000);
  expect(await emptied(cluster)).toEqual(['node01', 'node02']);
});

test('a cluster of which nothing is heard any more keeps its pods where they are', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  for (const name of ['node01', 'node02']) await addNode(cluster, name);
  const stop = keepAlive(cluster, 'node02');
  await client.create(Pods, {
    metadata: { name: 'a', namespace: 'default' },
    spec: {
      containers: [{ name: 'main', image: 'nginx' }],
      tolerations: [{ operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
    },
  });
  await clock.advance(100);
  await cluster.run(controllers);
  await clock.advance(50_000);
  expect(await emptied(cluster)).toEqual(['node01']);
  stop();
  await clock.advance(60_000);
  expect(await emptied(cluster)).toEqual([]);
  await clock.advance(600_000);
  expect((await client.list(Pods)).items.length).toBe(1);
  expect(await cluster.events()).toContain('TaintManagerEviction: Cancelling deletion of Pod default/a');
  await beat(client, clock, 'node02');
  keepAlive(cluster, 'node02');
  await clock.advance(1_000);
  expect(await emptied(cluster)).toEqual(['node01']);
});

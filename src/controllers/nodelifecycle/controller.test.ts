import { expect, test } from 'vitest';
import { timestamp } from '../../clock/clock.ts';
import { Leases, Nodes, Pods } from '../../resources/kinds.ts';
import { type Controllers, TestCluster } from '../testing/cluster.ts';
import { NodeLifecycleController } from './controller.ts';

const controllers: Controllers = (context, run) => run(new NodeLifecycleController(context));

/** How long a node may be silent, and how long its pods stay, takes no longer when the hour is set back. */
test.each([
  { title: 'a node that dies is Unknown after forty seconds, and loses its pods after their five minutes' },
  { title: 'also when the hour is set back just after it died', setBackMs: [3_600_000, 0] },
  { title: 'also when the hour is set back while it is gone', setBackMs: [0, 120_000] },
])('$title', async ({ setBackMs: [first, second] = [0, 0] }) => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await client.create(Nodes, { metadata: { name: 'node01' }, spec: {} });
  const lease = { name: 'node01', namespace: 'kube-node-lease' };
  await client.create(Leases, { metadata: lease, spec: {} }).catch(() => {});
  const ready = { type: 'Ready', status: 'True', lastHeartbeatTime: timestamp(clock.now()) };
  await client.patch(
    Nodes,
    { name: 'node01' },
    { type: 'merge', body: { status: { conditions: [ready] } } },
    { subresource: 'status' },
  );
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

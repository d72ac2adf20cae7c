import { expect, test } from 'vitest';
import { conflict } from '../apimachinery/errors.ts';
import { Namespaces, Nodes, Pods } from '../resources/kinds.ts';
import { aDaemonPod, aNode, aPod } from './testing/builders.ts';
import { startCluster } from './testing/cluster.ts';

const NODE = aNode('node01');
/** Room for one of the pods below. */
const SMALL_NODE = aNode('node01', { allocatable: { cpu: '2' } });
const large = (name: string, fields: Parameters<typeof aPod>[1] = {}) =>
  aPod(name, { requests: { cpu: '2' }, ...fields });

test('a pod is bound, and an event tells so', async () => {
  const { add, nodeOf, pod, events, scheduler } = await startCluster([NODE]);
  await add(aPod('x'));
  expect(await nodeOf('x')).toBe('node01');
  expect((await pod('x')).status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }]);
  expect(await events()).toEqual(['Scheduled: Successfully assigned default/x to node01']);
  expect(scheduler.pending).toBe(0);
});

test('a pod that fits nowhere says why, and is bound when a node comes', async () => {
  const { client, clock, add, nodeOf, pod, events, elapsedMs } = await startCluster([]);
  await add(aPod('x'));
  const message = 'no nodes available to schedule pods';
  expect((await pod('x')).status?.conditions).toMatchObject([
    { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message },
  ]);
  expect(await events()).toEqual([`FailedScheduling: ${message}`]);
  await client.create(Nodes, NODE);
  await clock.advance(0);
  expect(await nodeOf('x')).toBe('node01');
  expect(elapsedMs()).toBe(0);
});

test('pods of higher priority come first', async () => {
  const order: string[] = [];
  const waiting = [aPod('low'), aPod('high', { priority: 1_000 }), aPod('low2')];
  await startCluster([NODE], waiting, (pod) => void order.push(pod));
  expect(order[0]).toBe('high');
});

test('a pod counts on its node before its binding is written', async () => {
  const written = Promise.withResolvers<void>();
  const other = aNode('node02', { allocatable: { cpu: '2' } });
  const waiting = [large('a'), large('b')];
  const { clock, nodeOf } = await startCluster([SMALL_NODE, other], waiting, () => written.promise);
  written.resolve();
  await clock.advance(0);
  expect([await nodeOf('a'), await nodeOf('b')].sort()).toEqual(['node01', 'node02']);
});

test('room that a pod leaves is given to one that waits', async () => {
  const pods = [large('old', { nodeName: 'node01' }), large('new')];
  const { clock, nodeOf, remove } = await startCluster([SMALL_NODE], pods);
  await clock.advance(60_000);
  expect(await nodeOf('new')).toBeUndefined();
  await remove('old');
  expect(await nodeOf('new')).toBe('node01');
});

test('a pod that has ended leaves its room', async () => {
  const pods = [large('old', { nodeName: 'node01' }), large('new')];
  const { client, clock, nodeOf } = await startCluster([SMALL_NODE], pods);
  await clock.advance(60_000);
  const ended = { type: 'merge', body: { status: { phase: 'Succeeded' } } } as const;
  await client.patch(Pods, { name: 'old', namespace: 'default' }, ended, { subresource: 'status' });
  await clock.advance(0);
  expect(await nodeOf('new')).toBe('node01');
});

test('a label that a pod waits for brings it to the node at once', async () => {
  const pods = [aPod('x', { nodeSelector: { app: 'web' } })];
  const { client, clock, nodeOf } = await startCluster([NODE, aNode('node02')], pods);
  await clock.advance(60_000);
  await client.patch(
    Nodes,
    { name: 'node02' },
    { type: 'merge', body: { metadata: { labels: { app: 'web' } } } },
  );
  await clock.advance(0);
  expect(await nodeOf('x')).toBe('node02');
});

test('gates hold a pod back', async () => {
  const pods = [aPod('x', { schedulingGates: [{ name: 'example.com/gate' }] })];
  const { client, clock, nodeOf, scheduler, events } = await startCluster([NODE], pods);
  await clock.advance(600_000);
  expect([await nodeOf('x'), scheduler.pending, await events()]).toEqual([undefined, 0, []]);
  const open = { type: 'merge', body: { spec: { schedulingGates: [] } } } as const;
  await client.patch(Pods, { name: 'x', namespace: 'default' }, open);
  await clock.advance(0);
  expect(await nodeOf('x')).toBe('node01');
});

test('pods of other schedulers are left alone', async () => {
  const { nodeOf } = await startCluster([NODE], [aPod('x', { schedulerName: 'mine' })]);
  expect(await nodeOf('x')).toBeUndefined();
});

const failures: [string, Error][] = [
  ['a binding that fails is tried again after a second', new Error('connection lost')],
  ['a binding that conflicts is tried again after a second', conflict(Pods, 'x', 'somebody else was faster')],
];
for (const [name, error] of failures) {
  test(name, async () => {
    let attempts = 0;
    const single = aNode('node01', { allocatable: { pods: '1' } });
    const { clock, nodeOf } = await startCluster([single], [aPod('x')], () => {
      if (attempts++ === 0) throw error;
    });
    await clock.advance(999);
    expect(await nodeOf('x')).toBeUndefined();
    await clock.advance(1);
    expect(await nodeOf('x')).toBe('node01');
  });
}

test('a pod that is gone when it is to be bound leaves its room', async () => {
  const written = Promise.withResolvers<void>();
  const pods = [large('gone', { priority: 1 }), large('x')];
  const { clock, remove, nodeOf } = await startCluster([SMALL_NODE], pods, (pod) =>
    pod === 'gone' ? written.promise : undefined,
  );
  await remove('gone');
  written.resolve();
  await clock.advance(1_000);
  expect(await nodeOf('x')).toBe('node01');
});

test('another pod of the same name is another pod', async () => {
  const { add, remove, nodeOf } = await startCluster([SMALL_NODE], [large('x')]);
  await remove('x');
  await add(large('x'));
  expect(await nodeOf('x')).toBe('node01');
});

test('namespaces are known by their labels', async () => {
  const { client, add, nodeOf } = await startCluster([NODE, aNode('node02')]);
  await client.create(Namespaces, { metadata: { name: 'data', labels: { team: 'data' } }, spec: {} });
  const term = {
    topologyKey: 'kubernetes.io/hostname',
    labelSelector: { matchLabels: { app: 'db' } },
    namespaceSelector: { matchLabels: { team: 'data' } },
  };
  await add(
    aPod('db', { namespace: 'data', nodeName: 'node02', labels: { app: 'db' } }),
    aPod('x', { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } }),
  );
  expect(await nodeOf('x')).toBe('node02');
});

test('hundreds of pods of a DaemonSet each get their node', async () => {
  const names = Array.from({ length: 300 }, (_, index) => `node${index}`);
  const pods = names.map((name) => aDaemonPod(`p-${name}`, name));
  const { client } = await startCluster(
    names.map((name) => aNode(name)),
    pods,
  );
  const { items } = await client.list(Pods);
  expect(items.filter(({ metadata, spec }) => metadata.name !== `p-${spec.nodeName}`)).toEqual([]);
});

test('nothing happens after the stop', async () => {
  const { clock, add, nodeOf, scheduler } = await startCluster([NODE]);
  await scheduler.stop();
  await add(aPod('x'));
  await clock.advance(600_000);
  expect(await nodeOf('x')).toBeUndefined();
});

test('a more important pod pushes out another, and its room is kept for it', async () => {
  const { clock, add, pod, nodeOf, remove, events } = await startCluster(
    [SMALL_NODE],
    [large('low', { nodeName: 'node01' })],
  );
  await add(large('high', { priority: 1_000 }));
  const { uid } = (await pod('high')).metadata;
  expect((await pod('low')).metadata.deletionTimestamp).toBeDefined();
  expect((await pod('low')).status?.conditions).toMatchObject([
    { type: 'DisruptionTarget', reason: 'PreemptionByScheduler' },
  ]);
  expect((await pod('high')).status?.nominatedNodeName).toBe('node01');
  expect(await events()).toContain(`Preempted: Preempted by pod ${uid} on node node01`);
  await remove('low');
  // The pod pauses after its first attempt: whoever comes meanwhile finds the room taken.
  await add(large('thief'));
  await clock.advance(60_000);
  expect([await nodeOf('high'), await nodeOf('thief')]).toEqual(['node01', undefined]);
});

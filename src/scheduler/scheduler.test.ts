import { expect, test } from 'vitest';
import { conflict, notFound } from '../apimachinery/errors.ts';
import { EventRecorder } from '../client/eventRecorder.ts';
import { Informers } from '../client/informers.ts';
import { SeededRandom } from '../clock/random.ts';
import { VIRTUAL_EPOCH, VirtualClock } from '../clock/virtualClock.ts';
import type { Pod } from '../generated/types.ts';
import { Namespaces, Nodes, Pods } from '../resources/kinds.ts';
import { Scheduler } from './scheduler.ts';
import { aDaemonPod, aNode, aPod } from './testing/builders.ts';
import { MemoryCluster } from './testing/memoryCluster.ts';

async function start(prepare: (cluster: MemoryCluster) => void) {
  const cluster = new MemoryCluster();
  prepare(cluster);
  const clock = new VirtualClock();
  const { client } = cluster;
  const informers = new Informers(client, clock);
  const recorder = new EventRecorder({ client, clock, component: 'default-scheduler' });
  const scheduler = new Scheduler({ client, informers, clock, random: new SeededRandom(1), recorder });
  await scheduler.start();
  await clock.advance(0);
  return { cluster, clock, scheduler };
}

const nodeOf = (cluster: MemoryCluster, pod: string) => cluster.pod(`default/${pod}`).spec.nodeName;

test('a pod is bound, and an event tells so', async () => {
  const { cluster, clock } = await start((cluster) => cluster.add(Nodes, aNode('node01')));
  cluster.add(Pods, aPod('x'));
  await clock.advance(0);
  expect(nodeOf(cluster, 'x')).toBe('node01');
  expect(cluster.events).toEqual(['Scheduled: Successfully assigned default/x to node01']);
});

test('a pod that fits nowhere says why, and is bound when a node comes', async () => {
  const { cluster, clock, scheduler } = await start(() => {});
  cluster.add(Pods, aPod('x'));
  await clock.advance(0);
  expect(cluster.pod('default/x').status?.conditions).toEqual([
    {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: 'no nodes available to schedule pods',
      lastTransitionTime: '2026-01-01T00:00:00Z',
      observedGeneration: 1,
    },
  ]);
  expect(cluster.events).toEqual(['FailedScheduling: no nodes available to schedule pods']);
  cluster.add(Nodes, aNode('node01'));
  const isBound = await clock.runUntil(() => nodeOf(cluster, 'x') === 'node01');
  expect(isBound).toBe(true);
  expect(clock.now() - VIRTUAL_EPOCH).toBe(1_000);
  expect(scheduler.pending).toBe(0);
});

test('pods of higher priority come first', async () => {
  const order: string[] = [];
  const { clock } = await start((cluster) => {
    cluster.beforeBinding = (pod) => void order.push(pod);
    cluster.add(Nodes, aNode('node01'));
    cluster.add(Pods, aPod('low'), aPod('high', { priority: 1_000 }), aPod('low2'));
  });
  await clock.advance(0);
  expect(order).toEqual(['default/high', 'default/low', 'default/low2']);
});

test('a pod counts on its node before its binding is written', async () => {
  const written = Promise.withResolvers<void>();
  const { cluster, clock } = await start((cluster) => {
    cluster.beforeBinding = () => written.promise;
    cluster.add(
      Nodes,
      aNode('node01', { allocatable: { cpu: '3' } }),
      aNode('node02', { allocatable: { cpu: '3' } }),
    );
    cluster.add(Pods, aPod('a', { requests: { cpu: '2' } }), aPod('b', { requests: { cpu: '2' } }));
  });
  written.resolve();
  await clock.advance(0);
  expect([nodeOf(cluster, 'a'), nodeOf(cluster, 'b')].sort()).toEqual(['node01', 'node02']);
});

test('room that a pod leaves is given to one that waits', async () => {
  const { cluster, clock } = await start((cluster) => {
    cluster.add(Nodes, aNode('node01', { allocatable: { cpu: '2' } }));
    cluster.add(
      Pods,
      aPod('old', { nodeName: 'node01', requests: { cpu: '2' } }),
      aPod('new', { requests: { cpu: '2' } }),
    );
  });
  expect(nodeOf(cluster, 'new')).toBeUndefined();
  await clock.advance(60_000);
  expect(nodeOf(cluster, 'new')).toBeUndefined();
  cluster.remove(Pods, 'default/old');
  await clock.advance(0);
  expect(nodeOf(cluster, 'new')).toBe('node01');
});

test('a pod that has ended leaves its room', async () => {
  const { cluster, clock } = await start((cluster) => {
    cluster.add(Nodes, aNode('node01', { allocatable: { cpu: '2' } }));
    cluster.add(
      Pods,
      aPod('old', { nodeName: 'node01', requests: { cpu: '2' } }),
      aPod('new', { requests: { cpu: '2' } }),
    );
  });
  await clock.advance(60_000);
  cluster.update(Pods, { ...cluster.pod('default/old'), status: { phase: 'Succeeded' } });
  await clock.advance(0);
  expect(nodeOf(cluster, 'new')).toBe('node01');
});

test('a label that a pod waits for brings it to the node at once', async () => {
  const { cluster, clock } = await start((cluster) => {
    cluster.add(Nodes, aNode('node01'), aNode('node02'));
    cluster.add(Pods, aPod('x', { nodeSelector: { app: 'web' } }));
  });
  await clock.advance(60_000);
  cluster.update(Nodes, aNode('node02', { labels: { app: 'web' } }));
  await clock.advance(0);
  expect(nodeOf(cluster, 'x')).toBe('node02');
});

test('gates hold a pod back', async () => {
  const gated = aPod('x', { schedulingGates: [{ name: 'example.com/gate' }] });
  const { cluster, clock, scheduler } = await start((cluster) => {
    cluster.add(Nodes, aNode('node01'));
    cluster.add(Pods, gated);
  });
  await clock.advance(600_000);
  expect([nodeOf(cluster, 'x'), scheduler.pending, cluster.events]).toEqual([undefined, 0, []]);
  cluster.update(Pods, aPod('x'));
  await clock.advance(0);
  expect(nodeOf(cluster, 'x')).toBe('node01');
});

test('pods of other schedulers, and pods being deleted, are left alone', async () => {
  const deleted = aPod('deleted');
  deleted.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  const { cluster } = await start((cluster) => {
    cluster.add(Nodes, aNode('node01'));
    cluster.add(Pods, aPod('other', { schedulerName: 'mine' }), deleted);
  });
  expect([nodeOf(cluster, 'other'), nodeOf(cluster, 'deleted')]).toEqual([undefined, undefined]);
});

const failures: [string, Error, number][] = [
  ['a binding that fails is tried again after a second', new Error('connection lost'), 1_000],
  ['a binding that conflicts is tried again', conflict(Pods, 'x', 'somebody else was faster'), 1_000],
];
for (const [name, error, waitMs] of failures) {
  test(name, async () => {
    let attempts = 0;
    const { cluster, clock } = await start((cluster) => {
      cluster.beforeBinding = () => {
        if (attempts++ === 0) throw error;
      };
      cluster.add(Nodes, aNode('node01', { allocatable: { pods: '1' } }));
      cluster.add(Pods, aPod('x'));
    });
    expect(nodeOf(cluster, 'x')).toBeUndefined();
    expect(await clock.runUntil(() => nodeOf(cluster, 'x') === 'node01')).toBe(true);
    expect(clock.now() - VIRTUAL_EPOCH).toBe(waitMs);
  });
}

test('a pod that is gone when it is to be bound leaves its room', async () => {
  const { cluster, clock } = await start((cluster) => {
    cluster.beforeBinding = (pod) => {
      if (pod !== 'default/gone') return;
      cluster.remove(Pods, pod);
      throw notFound(Pods, 'gone');
    };
    cluster.add(Nodes, aNode('node01', { allocatable: { pods: '1' } }));
    cluster.add(Pods, aPod('gone', { priority: 1 }), aPod('x'));
  });
  expect(await clock.runUntil(() => nodeOf(cluster, 'x') === 'node01')).toBe(true);
});

test('another pod of the same name is another pod', async () => {
  const { cluster, clock } = await start((cluster) => {
    cluster.add(Nodes, aNode('node01', { allocatable: { pods: '1' } }));
    cluster.add(Pods, aPod('x'));
  });
  cluster.remove(Pods, 'default/x');
  const next: Pod = aPod('x');
  next.metadata.uid = 'another';
  cluster.add(Pods, next);
  await clock.advance(0);
  expect(nodeOf(cluster, 'x')).toBe('node01');
});

test('namespaces are known by their labels', async () => {
  const { cluster, clock } = await start((cluster) => {
    cluster.add(Nodes, aNode('node01'), aNode('node02'));
    cluster.add(Namespaces, { metadata: { name: 'data', labels: { team: 'data' } }, spec: {} });
    cluster.add(Pods, aPod('db', { namespace: 'data', nodeName: 'node02', labels: { app: 'db' } }));
    cluster.add(
      Pods,
      aPod('x', {
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              {
                topologyKey: 'kubernetes.io/hostname',
                labelSelector: { matchLabels: { app: 'db' } },
                namespaceSelector: { matchLabels: { team: 'data' } },
              },
            ],
          },
        },
      }),
    );
  });
  await clock.advance(0);
  expect(nodeOf(cluster, 'x')).toBe('node02');
});

test('a thousand pods of a DaemonSet each get their node', async () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `node${index}`);
  const { cluster, clock } = await start((cluster) => {
    cluster.add(Nodes, ...names.map((name) => aNode(name)));
  });
  cluster.add(Pods, ...names.map((name) => aDaemonPod(`p-${name}`, name)));
  await clock.advance(0);
  expect(names.filter((name) => nodeOf(cluster, `p-${name}`) !== name)).toEqual([]);
});

test('nothing happens after the stop', async () => {
  const { cluster, clock, scheduler } = await start((cluster) => cluster.add(Nodes, aNode('node01')));
  await scheduler.stop();
  cluster.add(Pods, aPod('x'));
  await clock.advance(600_000);
  expect(nodeOf(cluster, 'x')).toBeUndefined();
});

test('a more important pod pushes out another, and its room is kept for it', async () => {
  const { cluster, clock } = await start((cluster) => {
    cluster.add(Nodes, aNode('node01', { allocatable: { cpu: '2' } }));
    cluster.add(Pods, aPod('low', { nodeName: 'node01', requests: { cpu: '2' } }));
  });
  cluster.add(Pods, aPod('high', { priority: 1_000, requests: { cpu: '2' } }));
  await clock.advance(0);
  expect(cluster.pod('default/low')).toBeUndefined();
  expect(cluster.pod('default/high').status?.nominatedNodeName).toBe('node01');
  cluster.add(Pods, aPod('thief', { requests: { cpu: '2' } }));
  expect(await clock.runUntil(() => nodeOf(cluster, 'high') === 'node01')).toBe(true);
  expect(nodeOf(cluster, 'thief')).toBeUndefined();
  expect(cluster.events).toContain('Preempted: Preempted by pod uid-high on node node01');
});

import { describe, expect, test } from 'vitest';
import type { DaemonSetSpec, Node, Pod, PodStatus, Taint, Toleration } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { isLive, writeStatus } from './podsByHand.ts';
import { daemonSet, daemonSetNamed, podsOf, ref } from './support.ts';

// What upstream's integration tests of DaemonSets assert, where nodes are records without an agent and whoever tests runs the pods.

/** A node that is Ready as far as anybody knows: `run` renews its lease. */
async function addNode(
  cluster: TestCluster,
  name: string,
  {
    taints = [],
    labels = {},
    allocatable = {},
    unschedulable = false,
    conditions = [],
  }: {
    taints?: readonly Taint[];
    labels?: Record<string, string>;
    allocatable?: Record<string, string>;
    unschedulable?: boolean;
    conditions?: { type: string; status: string }[];
  } = {},
): Promise<void> {
  const node: Node = {
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec: { ...(taints.length > 0 && { taints: [...taints] }), ...(unschedulable && { unschedulable }) },
    status: {
      conditions: (conditions.length > 0 ? conditions : [{ type: 'Ready', status: 'True' }]) as never,
      allocatable: { pods: '100', ...allocatable },
    },
  };
  await cluster.client.create('v1', 'Node', node);
}

const READY: PodStatus = {
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2025-01-01T00:00:00Z' }],
};

const isReady = ({ status }: Pod) =>
  status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');

const renewLease = (cluster: TestCluster, name: string) =>
  cluster.apply({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease' },
    spec: {
      holderIdentity: name,
      renewTime: new Date(cluster.clock.now()).toISOString().replace('Z', '000Z'),
    },
  } as never);

/** Runs what is bound to a node and does not run yet, as often as something new comes. */
async function run(cluster: TestCluster): Promise<void> {
  for (let rounds = 0; rounds < 20; rounds++) {
    await cluster.clock.advance('1s');
    for (const { metadata } of (await cluster.client.list('v1', 'Node')).items)
      await renewLease(cluster, metadata.name!);
    for (const pod of await podsOf(cluster)) {
      if (!pod.spec.nodeName || !isLive(pod)) continue;
      if (pod.metadata.deletionTimestamp)
        await cluster.client.delete('v1', 'Pod', ref(pod.metadata.name!), { gracePeriodSeconds: 0 });
      else if (!isReady(pod)) await writeStatus(cluster, pod, READY);
    }
  }
}

const strategies: Record<string, DaemonSetSpec['updateStrategy']> = {
  OnDelete: { type: 'OnDelete' },
  RollingUpdate: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
};

const numbersOf = async (cluster: TestCluster) => {
  const { status } = await daemonSetNamed(cluster, 'agent');
  return {
    desired: status?.desiredNumberScheduled,
    ready: status?.numberReady,
    updated: status?.updatedNumberScheduled ?? 0,
  };
};

for (const [name, updateStrategy] of Object.entries(strategies)) {
  describe(`a DaemonSet that is updated by ${name}`, () => {
    const agent = (spec: Partial<DaemonSetSpec> = {}, pod: object = {}) =>
      daemonSet('agent', { updateStrategy, ...spec }, { terminationGracePeriodSeconds: 0, ...pod });

    test('runs on nodes that come after it', async () => {
      await using cluster = await createCluster({ nodes: 0 });
      await cluster.apply(agent());
      for (let i = 0; i < 4; i++) await addNode(cluster, `node-${i}`);
      await run(cluster);
      expect(await numbersOf(cluster)).toEqual({ desired: 4, ready: 4, updated: 4 });
      for (const { metadata } of await podsOf(cluster)) {
        expect(metadata.ownerReferences).toMatchObject([
          { kind: 'DaemonSet', name: 'agent', controller: true },
        ]);
      }
    });

    for (const [phase, finalizers] of [
      ['Succeeded', []],
      ['Failed', []],
      ['Succeeded', ['example.com/held']],
    ] as const) {
      const held = finalizers.length > 0 ? ' though a finalizer holds it' : '';
      test(`replaces a daemon that has ${phase === 'Failed' ? 'failed' : 'ended'}${held}`, async () => {
        await using cluster = await createCluster({ nodes: 0 });
        const { spec } = agent();
        const metadata = { labels: { app: 'agent' }, finalizers: [...finalizers] };
        await cluster.apply(agent({ template: { ...spec.template, metadata } }));
        for (let i = 0; i < 3; i++) await addNode(cluster, `node-${i}`);
        await run(cluster);
        const [pod] = await podsOf(cluster);
        await writeStatus(cluster, pod!, { ...pod!.status, phase });
        await run(cluster);
        expect((await podsOf(cluster)).filter(isLive)).toHaveLength(3);
        expect(await numbersOf(cluster)).toMatchObject({ desired: 3, ready: 3 });
      });
    }

    test('runs where either term of its node affinity says', async () => {
      await using cluster = await createCluster({ nodes: 0 });
      const nodeSelectorTerms = [
        { matchExpressions: [{ key: 'zone', operator: 'In', values: ['test'] }] },
        { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] },
      ];
      const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
      await cluster.apply(agent({}, { affinity: { nodeAffinity } }));
      for (let i = 0; i < 6; i++)
        await addNode(cluster, `node-${i}`, { labels: i === 2 || i === 3 ? { zone: 'test' } : {} });
      await run(cluster);
      expect((await podsOf(cluster)).map(({ spec }) => spec.nodeName).toSorted()).toEqual([
        'node-1',
        'node-2',
        'node-3',
      ]);
      expect(await numbersOf(cluster)).toMatchObject({ desired: 3, ready: 3 });
    });

    test('makes a daemon for a node that has no room for it, which waits as unschedulable', async () => {
      await using cluster = await createCluster({ nodes: 0 });
      const resources = { requests: { memory: '120M', cpu: '75m' } };
      await cluster.apply(agent({}, { containers: [{ name: 'main', image: 'nginx:1', resources }] }));
      await addNode(cluster, 'small', { allocatable: { memory: '100M', cpu: '200m' } });
      await cluster.clock.advance('10s');
      const [waiting] = await podsOf(cluster);
      expect(waiting?.status?.conditions).toMatchObject([
        { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' },
      ]);
      await addNode(cluster, 'large', { allocatable: { memory: '200M', cpu: '2' } });
      await run(cluster);
      expect(await podsOf(cluster)).toHaveLength(2);
      expect(await numbersOf(cluster)).toMatchObject({ desired: 2, ready: 1 });
    });

    test('keeps off a taint, and comes when it is gone', async () => {
      await using cluster = await createCluster({ nodes: 0 });
      await cluster.apply(agent());
      await addNode(cluster, 'tainted', { taints: [{ key: 'key1', value: 'val1', effect: 'NoSchedule' }] });
      await addNode(cluster, 'plain');
      await run(cluster);
      expect(await numbersOf(cluster)).toMatchObject({ desired: 1, ready: 1 });
      const node = await cluster.client.get('v1', 'Node', { name: 'tainted' });
      await cluster.client.update('v1', 'Node', { ...node, spec: { ...node.spec, taints: [] } });
      await run(cluster);
      expect(await numbersOf(cluster)).toMatchObject({ desired: 2, ready: 2 });
    });

    test('runs on a cordoned node, and with the network of its host on one without network', async () => {
      await using cluster = await createCluster({ nodes: 0 });
      await cluster.apply(agent({}, { hostNetwork: true }));
      const taint = (key: string): Taint => ({ key: `node.kubernetes.io/${key}`, effect: 'NoSchedule' });
      await addNode(cluster, 'cordoned', { unschedulable: true, taints: [taint('unschedulable')] });
      await addNode(cluster, 'offline', {
        taints: [taint('network-unavailable')],
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'NetworkUnavailable', status: 'True' },
        ],
      });
      await run(cluster);
      expect(await numbersOf(cluster)).toMatchObject({ desired: 2, ready: 2 });
    });
  });
}

test('a surge beside changing tolerations makes the new pods first, and keeps those on nodes that are no longer wanted', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  const zones = ['y', 'y', 'z', 'z', 'common', 'common'];
  for (const [i, zone] of zones.entries())
    await addNode(cluster, `node-${i}`, { taints: [{ key: `zone-${zone}`, effect: 'NoSchedule' }] });
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
  const tolerating = async (...zones: string[]) => {
    const tolerations = zones.map((zone): Toleration => ({ key: `zone-${zone}`, operator: 'Exists' }));
    await cluster.apply(
      daemonSet('agent', { updateStrategy }, { terminationGracePeriodSeconds: 0, tolerations }),
    );
    await cluster.clock.advance('10s');
  };
  const live = async () => (await podsOf(cluster)).filter(isLive).length;
  const steps: [zones: string[], made: number, then: number][] = [
    [['y', 'common'], 4, 4],
    [['z', 'common'], 7, 4],
    [['y', 'z', 'common'], 7, 6],
    [[], 0, 0],
  ];
  for (const [zones, made, then] of steps) {
    await tolerating(...zones);
    expect([zones, await live()]).toEqual([zones, made]);
    await run(cluster);
    expect([zones, await numbersOf(cluster)]).toEqual([zones, { desired: then, ready: then, updated: then }]);
  }
});

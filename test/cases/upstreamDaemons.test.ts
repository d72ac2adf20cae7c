import { describe, expect, test } from 'vitest';
import type { ControllerRevision, DaemonSet, Pod } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { writeStatus } from './podsByHand.ts';
import { daemonSet, daemonSetNamed, NAMESPACE, podsOf, ref } from './support.ts';

// What upstream's end-to-end suite asserts of DaemonSets on nodes that run their pods.

const HASH = 'controller-revision-hash';
const agent = (image: string, spec: Partial<DaemonSet['spec']> = {}, pod: object = {}): DaemonSet =>
  daemonSet('agent', spec, { containers: [{ name: 'app', image }], ...pod });

const onNodes = async (cluster: TestCluster): Promise<readonly string[]> =>
  (await podsOf(cluster))
    .filter(({ metadata, status }) => !metadata.deletionTimestamp && status?.phase === 'Running')
    .map(({ spec }) => spec.nodeName!)
    .toSorted();

const labelNode = (cluster: TestCluster, name: string, color: string | null) =>
  cluster.client.patch('v1', 'Node', { name }, { type: 'merge', body: { metadata: { labels: { color } } } });

const revisions = async (cluster: TestCluster): Promise<readonly ControllerRevision[]> => {
  const { items } = await cluster.client.list('apps/v1', 'ControllerRevision', { namespace: NAMESPACE });
  return items.toSorted((a, b) => a.revision - b.revision);
};

const hashOf = ({ metadata }: ControllerRevision | Pod) => metadata.labels?.[HASH];

const setImage = (cluster: TestCluster, image: string) =>
  cluster.client.patch('apps/v1', 'DaemonSet', ref('agent'), {
    type: 'strategic',
    body: { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } },
  });

describe('daemons follow the labels of nodes', () => {
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'color', operator: 'In', values: ['blue'] }] }],
      },
    },
  };
  for (const [how, pod] of Object.entries({
    'a node selector': { nodeSelector: { color: 'blue' } },
    'node affinity': { affinity },
  })) {
    test(`by ${how}`, async () => {
      await using cluster = await createCluster({ nodes: 3 });
      await cluster.apply(agent('nginx:1', {}, pod));
      await cluster.clock.advance('30s');
      expect(await onNodes(cluster)).toEqual([]);
      await labelNode(cluster, 'node02', 'blue');
      await cluster.clock.advance('30s');
      expect(await onNodes(cluster)).toEqual(['node02']);
      expect((await daemonSetNamed(cluster, 'agent')).status).toMatchObject({
        desiredNumberScheduled: 1,
        currentNumberScheduled: 1,
        numberReady: 1,
        numberAvailable: 1,
      });
      await labelNode(cluster, 'node02', 'green');
      await cluster.clock.advance('1m');
      expect(await onNodes(cluster)).toEqual([]);
    });
  }

  test('and a selector that changes with the strategy', async () => {
    await using cluster = await createCluster({ nodes: 3 });
    await labelNode(cluster, 'node01', 'green');
    await cluster.apply(
      agent('nginx:1', { updateStrategy: { type: 'OnDelete' } }, { nodeSelector: { color: 'blue' } }),
    );
    await cluster.clock.advance('30s');
    const spec = {
      template: { spec: { nodeSelector: { color: 'green' } } },
      updateStrategy: { type: 'RollingUpdate' },
    };
    await cluster.client.patch('apps/v1', 'DaemonSet', ref('agent'), { type: 'strategic', body: { spec } });
    await cluster.clock.advance('1m');
    expect(await onNodes(cluster)).toEqual(['node01']);
  });
});

for (const [name, status] of Object.entries({
  'has failed': { phase: 'Failed' },
  'was evicted': { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' },
  'has ended': { phase: 'Succeeded' },
})) {
  test(`a daemon of which somebody says that it ${name} is replaced, and goes`, async () => {
    await using cluster = await createCluster({ nodes: 2 });
    await cluster.apply(agent('nginx:1'));
    await cluster.waitFor('daemonset/agent', 'rolled-out');
    const [pod] = await podsOf(cluster);
    await writeStatus(cluster, pod!, { ...pod!.status, ...status });
    await cluster.clock.advance('2m');
    expect(await onNodes(cluster)).toEqual(['node01', 'node02']);
    expect((await podsOf(cluster)).map(({ metadata }) => metadata.name)).not.toContain(pod!.metadata.name);
  });
}

test('a daemon that is deleted comes again', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  await cluster.apply(agent('nginx:1'));
  await cluster.waitFor('daemonset/agent', 'rolled-out');
  const [pod] = await podsOf(cluster);
  await cluster.client.delete('v1', 'Pod', ref(pod!.metadata.name!));
  await cluster.clock.advance('1m');
  expect(await onNodes(cluster)).toEqual(['node01', 'node02']);
});

for (const type of ['OnDelete', 'RollingUpdate']) {
  test(`a new image makes a second revision, and with ${type} ${type === 'OnDelete' ? 'no' : 'every'} daemon has it`, async () => {
    await using cluster = await createCluster({ nodes: 3 });
    await cluster.apply(agent('nginx:1', { updateStrategy: { type } }));
    await cluster.clock.advance('1m');
    const [first, ...none] = await revisions(cluster);
    expect([first?.revision, none]).toEqual([1, []]);
    await setImage(cluster, 'nginx:2');
    await cluster.clock.advance('5m');
    const [, second] = await revisions(cluster);
    expect(second?.revision).toBe(2);
    expect(hashOf(second!)).not.toBe(hashOf(first!));
    const wanted = type === 'OnDelete' ? first! : second!;
    expect((await podsOf(cluster)).map(hashOf)).toEqual(Array(3).fill(hashOf(wanted)));
    expect((await daemonSetNamed(cluster, 'agent')).status?.updatedNumberScheduled ?? 0).toBe(
      type === 'OnDelete' ? 0 : 3,
    );
  });
}

test('a rollback in the middle of a rollout restarts no daemon that was not updated yet', async () => {
  await using cluster = await createCluster({ nodes: 3, unpullableImages: /non-existent/ });
  await cluster.apply(agent('nginx:1'));
  await cluster.waitFor('daemonset/agent', 'rolled-out');
  await setImage(cluster, 'foo:non-existent');
  await cluster.clock.advance('1m');
  const images = new Map(
    (await podsOf(cluster)).map((pod) => [pod.metadata.uid!, pod.spec.containers[0]!.image]),
  );
  const untouched = [...images].filter(([, image]) => image === 'nginx:1').map(([uid]) => uid);
  expect(untouched).toHaveLength(2);
  await setImage(cluster, 'nginx:1');
  await cluster.clock.advance('2m');
  const left = await podsOf(cluster);
  expect(left.map(({ spec }) => spec.containers[0]!.image)).toEqual(Array(3).fill('nginx:1'));
  expect(left.map(({ metadata }) => metadata.uid)).toEqual(expect.arrayContaining(untouched));
  expect((await revisions(cluster)).map(({ revision }) => revision)).toEqual([2, 3]);
});

test('a surge whose new daemons never get ready leaves every old one, and goes back without a restart', async () => {
  await using cluster = await createCluster({ nodes: 3, unpullableImages: /non-existent/ });
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
  await cluster.apply(agent('nginx:1', { updateStrategy }));
  await cluster.waitFor('daemonset/agent', 'rolled-out');
  const old = (await podsOf(cluster)).map(({ metadata }) => metadata.uid!);
  // Nodes are counted by their older daemon: of two of the same second the name decides.
  await cluster.clock.advance('10s');
  await setImage(cluster, 'foo:non-existent');
  await cluster.clock.advance('10m');
  const during = await podsOf(cluster);
  expect(during.map(({ metadata }) => metadata.uid)).toEqual(expect.arrayContaining(old));
  expect(during).toHaveLength(4);
  expect((await daemonSetNamed(cluster, 'agent')).status).toMatchObject({
    desiredNumberScheduled: 3,
    currentNumberScheduled: 3,
    numberReady: 3,
    numberAvailable: 3,
  });
  await setImage(cluster, 'nginx:1');
  await cluster.clock.advance('2m');
  expect((await podsOf(cluster)).map(({ metadata }) => metadata.uid).toSorted()).toEqual(old.toSorted());
});

import { expect, test } from 'vitest';
import type { Pod } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { crashAfterWrite, daemonSet, daemonSetNamed, podsOf, reasonsOf, ref } from './support.ts';

const setImage = (cluster: TestCluster, image: string) =>
  cluster.client.patch('apps/v1', 'DaemonSet', ref('agent'), {
    type: 'strategic',
    body: { spec: { template: { spec: { containers: [{ name: 'main', image }] } } } },
  });

const imageOf = ({ spec }: Pod) => spec.containers[0]!.image!;
const nodeOf = ({ spec }: Pod) => spec.nodeName ?? '';

/** `node01 nginx:1`, of pods that nobody is deleting. */
async function daemons(cluster: TestCluster): Promise<readonly string[]> {
  const pods = (await podsOf(cluster, 'app=agent')).filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined,
  );
  return pods.map((pod) => `${nodeOf(pod)} ${imageOf(pod)}`).sort();
}

const everywhere = (image: string, ...nodes: number[]) => nodes.map((n) => `node0${n} ${image}`);

/** The most daemons that one node had at any moment, those on their way out not counted. */
function mostOnOneNode(cluster: TestCluster): number {
  const live = new Map<string, string>();
  let most = 0;
  for (const { type, key, object } of cluster.history!.of('Pod')) {
    const pod = object as Pod;
    const isLive = type !== 'DELETED' && !pod.metadata.deletionTimestamp && pod.status?.phase !== 'Failed';
    if (isLive && pod.spec.nodeName) live.set(key, pod.spec.nodeName);
    else live.delete(key);
    for (const count of Map.groupBy(live.values(), (node) => node).values())
      most = Math.max(most, count.length);
  }
  return most;
}

test('case 28 (#117204): a dead node uses up maxUnavailable, and the update waits, as upstream does', async () => {
  await using cluster = await createCluster({ nodes: 3 });
  await cluster.apply(daemonSet('agent'));
  await cluster.clock.advance('10s');
  await cluster.nodes.crash('node02');
  await cluster.clock.advance('2m');
  await setImage(cluster, 'nginx:2');
  await cluster.clock.advance('30m');
  expect(await daemons(cluster)).toEqual(everywhere('nginx:1', 1, 3));
});

test('case 28 (#117204): with sampan.dev/ignore-dead-nodes the update goes on without it, as the reporters wanted', async () => {
  await using cluster = await createCluster({ nodes: 3 });
  const agent = daemonSet('agent');
  agent.metadata.annotations = { 'sampan.dev/ignore-dead-nodes': 'true' };
  await cluster.apply(agent);
  await cluster.clock.advance('10s');
  await cluster.nodes.crash('node02');
  await cluster.clock.advance('2m');
  await setImage(cluster, 'nginx:2');
  await cluster.clock.advance('5m');
  expect(await daemons(cluster)).toEqual(everywhere('nginx:2', 1, 3));
  await cluster.nodes.restart('node02');
  await cluster.clock.advance('1m');
  expect(await daemons(cluster)).toEqual(everywhere('nginx:2', 1, 2, 3));
});

test('case 28 (PR#117658): a new version that kills its node stops the update there, also with dead nodes ignored', async () => {
  await using cluster = await createCluster({ nodes: 3 });
  const agent = daemonSet('agent', { minReadySeconds: 120 });
  agent.metadata.annotations = { 'sampan.dev/ignore-dead-nodes': 'true' };
  await cluster.apply(agent);
  await cluster.clock.advance('5m');
  await setImage(cluster, 'poison');
  const poisoned = async () => (await daemons(cluster)).filter((daemon) => /^node.*poison/.test(daemon));
  await cluster.clock.runUntil(async () => (await poisoned()).length > 0);
  await cluster.nodes.crash((await poisoned())[0]!.slice(0, 6));
  await cluster.clock.advance('30m');
  expect(await poisoned()).toHaveLength(1);
});

test('case 29 (#63465, #73011, #85878): a deletion that nobody confirms holds up the update until the node answers', async () => {
  await using cluster = await createCluster({ nodes: 3 });
  await cluster.apply(daemonSet('agent'));
  await cluster.clock.advance('10s');
  cluster.nodes.partition('node01');
  await setImage(cluster, 'nginx:2');
  await cluster.clock.advance('20m');
  expect(await daemons(cluster)).toEqual(everywhere('nginx:1', 2, 3));
  cluster.nodes.heal('node01');
  await cluster.clock.advance('2m');
  expect(await daemons(cluster)).toEqual(everywhere('nginx:2', 1, 2, 3));
  expect(mostOnOneNode(cluster)).toBe(1);
});

test('case 29 (#63465, #73011): removing the node whose daemon cannot be deleted lets the update go on', async () => {
  await using cluster = await createCluster({ nodes: 3 });
  await cluster.apply(daemonSet('agent'));
  await cluster.clock.advance('10s');
  cluster.nodes.partition('node01');
  await setImage(cluster, 'nginx:2');
  await cluster.clock.advance('20m');
  expect(await daemons(cluster)).toEqual(everywhere('nginx:1', 2, 3));
  await cluster.nodes.remove('node01');
  await cluster.clock.advance('5m');
  expect(await daemons(cluster)).toEqual(everywhere('nginx:2', 2, 3));
});

test('case 30 (#123232): after three bad updates in a row a good one comes through, with never more than one daemon missing', async () => {
  await using cluster = await createCluster({ nodes: 4, unpullableImages: /bad/ });
  await cluster.apply(daemonSet('agent'));
  await cluster.clock.advance('10s');
  for (const image of ['bad:1', 'bad:2', 'bad:3']) {
    await setImage(cluster, image);
    await cluster.clock.advance('2m');
    expect((await daemonSetNamed(cluster, 'agent')).status?.numberAvailable).toBe(3);
  }
  await setImage(cluster, 'nginx:2');
  await cluster.clock.advance('2m');
  expect(await daemons(cluster)).toEqual(everywhere('nginx:2', 1, 2, 3, 4));
});

test('case 31 (#77203): minReadySeconds is counted by the time that the node tells, and the look comes when it is over', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(daemonSet('agent', { minReadySeconds: 30 }));
  await cluster.clock.advance('10s');
  const [pod] = await podsOf(cluster, 'app=agent');
  // The node's clock is 20 s ahead.
  const conditions = pod!.status!.conditions!.map((condition) =>
    condition.type === 'Ready' ? { ...condition, lastTransitionTime: '2026-01-01T00:00:20Z' } : condition,
  );
  await cluster.client.patch(
    'v1',
    'Pod',
    ref(pod!.metadata.name!),
    { type: 'merge', body: { status: { conditions } } },
    { subresource: 'status' },
  );
  await cluster.clock.advanceTo('2026-01-01T00:00:49Z');
  expect((await daemonSetNamed(cluster, 'agent')).status?.numberAvailable).toBeUndefined();
  await cluster.clock.advanceTo('2026-01-01T00:00:51Z');
  expect((await daemonSetNamed(cluster, 'agent')).status?.numberAvailable).toBe(1);
});

test('case 32 (#54096, PR#134937): controllers that take over after any write make no second daemon on a node', async () => {
  await using cluster = await createCluster({ nodes: 3 });
  const crash = crashAfterWrite(cluster, ({ verb, plural }) => plural === 'pods' && verb === 'create');
  await cluster.apply(daemonSet('agent'));
  await crash;
  await cluster.clock.advance('10s');
  await setImage(cluster, 'nginx:2');
  for (let crashes = 0; crashes < 2; crashes++) {
    await crashAfterWrite(cluster, ({ verb, plural }) => plural === 'pods' && verb === 'delete');
  }
  await cluster.clock.advance('1m');
  expect(await daemons(cluster)).toEqual(everywhere('nginx:2', 1, 2, 3));
  expect(mostOnOneNode(cluster)).toBe(1);
});

test('case 33 (#75836, #95432): a node that was lost, and one that loses its taint, get their daemon again', async () => {
  await using cluster = await createCluster({ nodes: 3 });
  await cluster.apply(daemonSet('agent'));
  await cluster.clock.advance('10s');
  await cluster.nodes.remove('node03');
  await cluster.clock.advance('1m');
  expect(await daemons(cluster)).toEqual(everywhere('nginx:1', 1, 2));
  await cluster.nodes.add({ name: 'node03' });
  const taints = [{ key: 'maintenance', effect: 'NoExecute' }];
  await cluster.client.patch('v1', 'Node', { name: 'node02' }, { type: 'merge', body: { spec: { taints } } });
  await cluster.clock.advance('1m');
  expect(await daemons(cluster)).toEqual(everywhere('nginx:1', 1, 3));
  await cluster.client.patch(
    'v1',
    'Node',
    { name: 'node02' },
    { type: 'merge', body: { spec: { taints: null } } },
  );
  await cluster.clock.advance('1m');
  expect(await daemons(cluster)).toEqual(everywhere('nginx:1', 1, 2, 3));
});

test('case 33 (#75836): a node that comes, and changes in nothing after that, gets its daemon', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  const containers = [{ name: 'main', image: 'nginx:1' }];
  await cluster.apply(daemonSet('agent', {}, { containers, tolerations: [{ operator: 'Exists' }] }));
  await cluster.clock.advance('10s');
  // Without an agent that would touch it again.
  await cluster.apply({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'silent' } });
  await cluster.clock.advance('1s');
  expect(await podsOf(cluster, 'app=agent')).toHaveLength(2);
});

test('case 34 (#65240): a daemon that a taint drives away is not made again and again', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(daemonSet('agent'));
  await cluster.clock.advance('10s');
  const taints = [{ key: 'maintenance', effect: 'NoExecute' }];
  await cluster.client.patch('v1', 'Node', { name: 'node01' }, { type: 'merge', body: { spec: { taints } } });
  await cluster.clock.advance('1h');
  expect(cluster.history!.of('Pod').filter(({ type }) => type === 'ADDED')).toHaveLength(1);
});

test('case 34 (#124388): with surge, a node that daemons may only stay on loses its old one and gets no new', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  const rollingUpdate = { maxSurge: 1, maxUnavailable: 0 };
  await cluster.apply(daemonSet('agent', { updateStrategy: { type: 'RollingUpdate', rollingUpdate } }));
  await cluster.clock.advance('10s');
  const taints = [{ key: 'full', effect: 'NoSchedule' }];
  await cluster.client.patch('v1', 'Node', { name: 'node01' }, { type: 'merge', body: { spec: { taints } } });
  await setImage(cluster, 'nginx:2');
  await cluster.clock.advance('10m');
  expect(await daemons(cluster)).toEqual(everywhere('nginx:2', 2));
  expect(cluster.history!.of('Pod').filter(({ type }) => type === 'ADDED')).toHaveLength(3);
});

test('case 35 (#106417): a host port keeps the new daemon of a surge waiting for the old one, and the update says so', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  const rollingUpdate = { maxSurge: 1, maxUnavailable: 0 };
  const ports = [{ containerPort: 80, hostPort: 8080 }];
  await cluster.apply(
    daemonSet(
      'agent',
      { updateStrategy: { type: 'RollingUpdate', rollingUpdate } },
      { containers: [{ name: 'main', image: 'nginx:1', ports }] },
    ),
  );
  await cluster.clock.advance('10s');
  await setImage(cluster, 'nginx:2');
  await cluster.clock.advance('5m');
  const pods = await podsOf(cluster, 'app=agent');
  expect(pods.map((pod) => `${imageOf(pod)} ${pod.status?.phase}`).sort()).toEqual([
    'nginx:1 Running',
    'nginx:2 Pending',
  ]);
  const waiting = pods.find((pod) => imageOf(pod) === 'nginx:2')!;
  expect(waiting.status?.conditions?.[0]?.message).toContain("didn't have free ports");
});

test('case 36 (#22545): a daemon that waits for a node which is then removed goes away', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  const resources = { requests: { cpu: '3' } };
  const hog = { containers: [{ name: 'main', image: 'nginx:1', resources }] };
  await cluster.apply([daemonSet('hog', {}, hog), daemonSet('agent', {}, hog)]);
  await cluster.clock.advance('10s');
  expect((await podsOf(cluster)).filter(({ status }) => status?.phase === 'Pending')).toHaveLength(2);
  await cluster.nodes.remove('node02');
  await cluster.clock.advance('2m');
  expect((await podsOf(cluster)).filter(({ status }) => status?.phase === 'Pending')).toHaveLength(1);
});

const hungry = (name: string) =>
  daemonSet(
    name,
    {},
    { containers: [{ name: 'main', image: 'nginx:1', resources: { requests: { cpu: '3' } } }] },
  );

test('case 37 (#140984): on a node that is full of pods of the same priority a daemon waits, and nobody is evicted', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(hungry('first'));
  await cluster.clock.advance('10s');
  await cluster.apply(hungry('agent'));
  await cluster.clock.advance('10m');
  expect((await podsOf(cluster, 'app=first')).map(({ status }) => status?.phase)).toEqual(['Running']);
  expect((await podsOf(cluster, 'app=agent')).map(({ status }) => status?.phase)).toEqual(['Pending']);
  const [waiting] = await podsOf(cluster, 'app=agent');
  expect(await reasonsOf(cluster, waiting!.metadata.name!)).toEqual(['FailedScheduling']);
});

test('case 38 (#139135): a daemon that waited is bound within its back-off once what stood in its way is deleted', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(hungry('first'));
  await cluster.clock.advance('10s');
  await cluster.apply(hungry('agent'));
  await cluster.clock.advance('10m');
  await cluster.client.delete('apps/v1', 'DaemonSet', ref('first'));
  await cluster.clock.advance('10s');
  expect((await podsOf(cluster, 'app=agent')).map(({ status }) => status?.phase)).toEqual(['Running']);
});

test('case 39 (#111280): a template that comes back finds its own revision, once, and a rollback takes effect', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  await cluster.apply(daemonSet('agent'));
  await cluster.clock.advance('10s');
  for (const image of ['nginx:2', 'nginx:1', 'nginx:2', 'nginx:1']) {
    await setImage(cluster, image);
    await cluster.clock.advance('30s');
    expect(await daemons(cluster)).toEqual(everywhere(image, 1, 2));
  }
  const { items } = await cluster.client.list('apps/v1', 'ControllerRevision', { namespace: 'default' });
  expect(items.map(({ revision }) => revision).sort()).toEqual([4, 5]);
});

test('case 40 (#66298): a node that gets its label after it has joined gets its daemon', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  await cluster.apply(
    daemonSet(
      'agent',
      {},
      { containers: [{ name: 'main', image: 'nginx:1' }], nodeSelector: { role: 'edge' } },
    ),
  );
  await cluster.clock.advance('10s');
  expect(await daemons(cluster)).toEqual([]);
  const labels = { role: 'edge' };
  await cluster.client.patch(
    'v1',
    'Node',
    { name: 'node02' },
    { type: 'merge', body: { metadata: { labels } } },
  );
  await cluster.clock.advance('10s');
  expect(await daemons(cluster)).toEqual(everywhere('nginx:1', 2));
});

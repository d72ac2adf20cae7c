import { expect, test } from 'vitest';
import type { DaemonSet, Deployment, Pod, PodSpec } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { daemonSets } from '../../src/resources/daemonset/daemonSet.ts';
import { daemonSet, daemonSetNamed, podsOf, ref } from './support.ts';

const TAINT = 'sampan.dev/daemons-not-ready';

/** A DaemonSet that is required, whose daemon is Ready half a minute after its start. */
function required(name: string, pod: Partial<PodSpec> = {}, value = 'required'): DaemonSet {
  const agent = daemonSet(name, {}, pod);
  agent.metadata.annotations = { 'sampan.dev/node-startup': value };
  agent.spec.template.metadata!.annotations = { 'sampan.dev/ready-delay': '30s' };
  return agent;
}

/** More pods than the nodes that are there take. */
const web: Deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 20,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'main', image: 'nginx', resources: { requests: { cpu: '1' } } }] },
    },
  },
};

const taintsOf = async (cluster: TestCluster, node: string) =>
  ((await cluster.client.get('v1', 'Node', { name: node })).spec.taints ?? []).map(({ key }) => key);
const isReady = ({ status }: Pod) =>
  status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
const webOn = async (cluster: TestCluster, node: string) =>
  (await podsOf(cluster, 'app=web')).filter(({ spec }) => spec.nodeName === node).length;

/** What was true of the node's required daemons when the first ordinary pod was bound to it. */
function daemonsAtFirstPod(cluster: TestCluster, node: string, ...names: string[]): string[] {
  const ready = new Set<string>();
  for (const { object } of cluster.history!.of('Pod')) {
    const pod = object as Pod;
    const app = pod.metadata.labels?.app ?? '';
    if (pod.spec.nodeName !== node) continue;
    if (!names.includes(app)) return [...ready].sort();
    if (isReady(pod)) ready.add(app);
  }
  return [];
}

test('#75890: a new node takes ordinary pods only when its daemons are Ready', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply([required('agent'), required('network'), web]);
  await cluster.clock.advance('1m');
  await cluster.nodes.add();
  expect(await taintsOf(cluster, 'node02')).toContain(TAINT);
  await cluster.clock.advance('20s');
  expect(await webOn(cluster, 'node02')).toBe(0);
  expect(await taintsOf(cluster, 'node02')).toEqual([TAINT]);
  await cluster.clock.advance('1m');
  expect(await taintsOf(cluster, 'node02')).toEqual([]);
  expect(await webOn(cluster, 'node02')).toBeGreaterThan(0);
  expect(daemonsAtFirstPod(cluster, 'node02', 'agent', 'network')).toEqual(['agent', 'network']);
});

test('#75890: nodes that were there before, and daemons that restart later, are as ever', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(required('agent'));
  expect(await taintsOf(cluster, 'node01')).toEqual([]);
  await cluster.nodes.add();
  await cluster.clock.advance('2m');
  for (const { metadata } of await podsOf(cluster))
    await cluster.client.delete('v1', 'Pod', ref(metadata.name!));
  await cluster.nodes.restart('node02');
  await cluster.clock.advance('5s');
  expect((await podsOf(cluster)).some(isReady)).toBe(false);
  expect(await taintsOf(cluster, 'node02')).toEqual([]);
});

test('#75890: without the annotation, or with a malformed one, no node waits', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  await cluster.apply([daemonSet('plain'), required('agent', {}, 'yes')]);
  await cluster.nodes.add();
  await cluster.clock.settle();
  expect(cluster.history!.of('Node').some(({ object }) => JSON.stringify(object).includes(TAINT))).toBe(
    false,
  );
  const [pod] = await podsOf(cluster, 'app=agent');
  expect(pod!.spec.tolerations?.map(({ key }) => key)).not.toContain(TAINT);
  expect(daemonSets.warnings!(await daemonSetNamed(cluster, 'agent'), undefined)).toEqual([
    'metadata.annotations[sampan.dev/node-startup]: "yes" is ignored: it must be "required"',
  ]);
});

test('#75890: a node that the DaemonSet is not for does not wait', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  await cluster.apply(required('agent', { nodeSelector: { disk: 'ssd' } }));
  await cluster.nodes.add();
  await cluster.nodes.add({ labels: { disk: 'ssd' } });
  await cluster.clock.advance('10s');
  expect(await taintsOf(cluster, 'node01')).toEqual([]);
  expect(await taintsOf(cluster, 'node02')).toEqual([TAINT]);
});

test.each(['delete', 'annotation'])(
  '#75890: nobody waits for what is not required any more (%s)',
  async (how) => {
    await using cluster = await createCluster({ nodes: 0 });
    await cluster.apply(required('agent'));
    await cluster.nodes.add();
    await cluster.clock.advance('10s');
    expect(await taintsOf(cluster, 'node01')).toEqual([TAINT]);
    if (how === 'delete') await cluster.client.delete('apps/v1', 'DaemonSet', ref('agent'));
    else {
      await cluster.client.patch('apps/v1', 'DaemonSet', ref('agent'), {
        type: 'merge',
        body: { metadata: { annotations: null } },
      });
    }
    await cluster.clock.advance('1s');
    expect(await taintsOf(cluster, 'node01')).toEqual([]);
  },
);

test('#75890: controllers that die while a node waits leave it to others', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply([required('agent'), web]);
  await cluster.clock.advance('1m');
  await cluster.nodes.add();
  await cluster.clock.advance('10s');
  await cluster.restartControllers();
  await cluster.clock.advance('10s');
  expect(await webOn(cluster, 'node02')).toBe(0);
  await cluster.clock.advance('1m');
  expect(await taintsOf(cluster, 'node02')).toEqual([]);
  expect(daemonsAtFirstPod(cluster, 'node02', 'agent')).toEqual(['agent']);
});

import { expect, test } from 'vitest';
import type { CronJob, DaemonSet, PodSpec } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { daemonSet, ref } from './support.ts';

/** Nodes of 1 CPU in two zones: node01 is of zone a, node02 of zone b. */
async function twoNodes(options: Parameters<typeof createCluster>[0] = {}): Promise<TestCluster> {
  const cluster = await createCluster({ nodes: 0, unpullableImages: /^nowhere/, ...options });
  const capacity = { cpu: '1', memory: '1Gi', pods: '10' };
  await cluster.nodes.add({ labels: { zone: 'a' }, capacity });
  await cluster.nodes.add({ labels: { zone: 'b' }, capacity });
  return cluster;
}

const annotated = (annotations: Record<string, string>, spec: Partial<DaemonSet['spec']> = {}): DaemonSet => {
  const agent = daemonSet('agent', spec);
  agent.metadata.annotations = annotations;
  return agent;
};

const setImage = (cluster: TestCluster, image: string) =>
  cluster.client.patch('apps/v1', 'DaemonSet', ref('agent'), {
    type: 'strategic',
    body: { spec: { template: { spec: { containers: [{ name: 'main', image }] } } } },
  });

/** `node01 Running: running since …`, with the names of pods and the times left out. */
const rows = async (cluster: TestCluster) =>
  (await cluster.why('daemonset/agent')).map(({ node, state, why }) =>
    `${node} ${state}: ${why}`.replace(/agent-\w{5}/g, 'POD').replace(/\d{4}-\d\d-\d\dT[\d:]{8}Z/g, 'TIME'),
  );
const RUNS = 'running since TIME';
const OLD = 'the template of the pod is old';

const placements: Record<string, { pod: Partial<PodSpec>; want: string }> = {
  'a node selector whose label is not there': {
    pod: { nodeSelector: { type: 'app' } },
    want: 'node02 NotWanted: node selector type=app does not match (label type is missing)',
  },
  'a node selector whose label is another': {
    pod: { nodeSelector: { zone: 'a' } },
    want: 'node02 NotWanted: node selector zone=a does not match (label zone is "b")',
  },
  'a node affinity': {
    pod: {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a', 'c'] }] }],
          },
        },
      },
    },
    want: 'node02 NotWanted: node affinity does not match: zone In [a, c]',
  },
  'more than the node has': {
    pod: {
      containers: [{ name: 'main', image: 'nginx', resources: { requests: { cpu: '2', memory: '64Mi' } } }],
    },
    want: 'node02 Pending: Insufficient cpu: asks 2, free 1',
  },
  'a port that is taken': {
    pod: { containers: [{ name: 'main', image: 'nginx', ports: [{ containerPort: 80, hostPort: 8080 }] }] },
    want: "node02 Pending: node(s) didn't have free ports for the requested pod ports",
  },
  'an image that cannot be pulled': {
    pod: { containers: [{ name: 'main', image: 'nowhere/agent' }] },
    want: 'node02 ImagePullBackOff: ImagePullBackOff: Back-off pulling image "nowhere/agent": ErrImagePull: ',
  },
  'a container that crashes': {
    pod: { containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', 'exit 3'] }] },
    want: 'node02 CrashLoopBackOff: CrashLoopBackOff: back-off 40s restarting failed container=main',
  },
  nothing: { pod: {}, want: `node02 Running: ${RUNS}` },
};
test.each(Object.entries(placements))('#51785, #72017: %s', async (_, { pod, want }) => {
  await using cluster = await twoNodes();
  const taken = daemonSet(
    'web',
    {},
    { containers: [{ name: 'main', image: 'nginx', ports: [{ containerPort: 80, hostPort: 8080 }] }] },
  );
  await cluster.apply([taken]);
  await cluster.clock.advance('10s');
  await cluster.apply(daemonSet('agent', {}, pod));
  await cluster.clock.advance('1m');
  expect((await rows(cluster))[1]).toContain(want);
});

test('#51785: a taint keeps new daemons away, one that is there stays', async () => {
  await using cluster = await twoNodes();
  await cluster.apply(daemonSet('agent'));
  await cluster.clock.advance('10s');
  const taints = [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }];
  await cluster.nodes.add({ taints });
  await cluster.client.patch('v1', 'Node', { name: 'node01' }, { type: 'merge', body: { spec: { taints } } });
  await cluster.clock.advance('10s');
  expect(await rows(cluster)).toEqual([
    `node01 Running: ${RUNS}; stays, though taint dedicated=db:NoSchedule is not tolerated`,
    `node02 Running: ${RUNS}`,
    'node03 NotWanted: taint dedicated=db:NoSchedule is not tolerated',
  ]);
});

test('#72017: what others take is not free', async () => {
  await using cluster = await twoNodes();
  const asking = (cpu: string): Partial<PodSpec> => ({
    containers: [{ name: 'main', image: 'nginx', resources: { requests: { cpu } } }],
  });
  await cluster.apply(daemonSet('web', {}, asking('500m')));
  await cluster.clock.advance('10s');
  await cluster.apply(daemonSet('agent', {}, asking('600m')));
  await cluster.clock.advance('10s');
  expect((await rows(cluster))[0]).toBe('node01 Pending: Insufficient cpu: asks 600m, free 500m');
});

const rollouts: Record<string, { agent: DaemonSet; image?: string; want: string[] }> = {
  'waits for the budget that a broken one uses up': {
    agent: annotated({}),
    image: 'nowhere/agent',
    want: [
      'node01 ImagePullBackOff',
      `node02 Running: ${RUNS}; ${OLD}: waits for maxUnavailable (1 of 1 unavailable: node01)`,
    ],
  },
  'waits for the surge of another node': {
    agent: annotated(
      {},
      { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
    ),
    image: 'nowhere/agent',
    want: [
      `node01 Running: ${RUNS}; ${OLD}: waits until POD is available`,
      'node01 ImagePullBackOff',
      `node02 Running: ${RUNS}; ${OLD}: waits for maxSurge (1 of 1 surging: node01)`,
    ],
  },
  'is paused': {
    agent: annotated({ 'sampan.dev/paused': 'true' }),
    want: [
      `node01 Running: ${RUNS}; ${OLD}: the rollout is paused (sampan.dev/paused)`,
      `node02 Running: ${RUNS}; ${OLD}: the rollout is paused (sampan.dev/paused)`,
    ],
  },
  'is kept back by a partition': {
    agent: annotated({ 'sampan.dev/partition': '1' }),
    want: [
      `node01 Running: ${RUNS}`,
      `node02 Running: ${RUNS}; ${OLD}: a partition keeps it (sampan.dev/partition)`,
    ],
  },
  'is done by hand': {
    agent: annotated({}, { updateStrategy: { type: 'OnDelete' } }),
    want: [
      `node01 Running: ${RUNS}; ${OLD}: it is updated when somebody deletes the pod (OnDelete)`,
      `node02 Running: ${RUNS}; ${OLD}: it is updated when somebody deletes the pod (OnDelete)`,
    ],
  },
};
test.each(Object.entries(rollouts))('an update %s', async (_, { agent, image = 'nginx:2', want }) => {
  await using cluster = await twoNodes();
  await cluster.apply(agent);
  await cluster.clock.advance('10s');
  await setImage(cluster, image);
  await cluster.clock.advance('1m');
  const found = await rows(cluster);
  expect(found).toEqual(want.map((text) => expect.stringContaining(text)));
});

test('an update waits for the turn of another zone', async () => {
  await using cluster = await twoNodes();
  await cluster.nodes.add({ labels: { zone: 'a' } });
  await cluster.apply(annotated({ 'sampan.dev/update-order': 'zone' }));
  await cluster.clock.advance('10s');
  await setImage(cluster, 'nowhere/agent');
  await cluster.clock.advance('1m');
  expect((await rows(cluster)).slice(1)).toEqual([
    `node02 Running: ${RUNS}; ${OLD}: it is the turn of zone=a (sampan.dev/update-order)`,
    `node03 Running: ${RUNS}; ${OLD}: waits for maxUnavailable (1 of 1 unavailable: node01)`,
  ]);
});

test('a node that is silent says nothing new of its daemon', async () => {
  await using cluster = await twoNodes();
  await cluster.apply(daemonSet('agent'));
  await cluster.clock.advance('10s');
  await cluster.nodes.crash('node02');
  await cluster.clock.advance('2m');
  expect((await rows(cluster))[1]).toContain(
    'node02 Running: the node is not ready: Kubelet stopped posting node status.',
  );
});

test('a daemon that may not be made says who refused it', async () => {
  await using cluster = await twoNodes();
  await cluster.apply(daemonSet('agent', {}, { priorityClassName: 'none' }));
  await cluster.clock.advance('10s');
  expect((await rows(cluster))[0]).toBe(
    'node01 Missing: Error creating: pods "agent-" is forbidden: no PriorityClass with name none was found',
  );
});

test('a daemon that cannot be deleted says what for: its node is silent', async () => {
  await using cluster = await twoNodes();
  await cluster.apply(daemonSet('agent'));
  await cluster.clock.advance('10s');
  await cluster.nodes.crash('node01');
  await cluster.clock.advance('2m');
  const [row] = await cluster.why('ds/agent');
  await cluster.client.delete('v1', 'Pod', ref(row!.pod!));
  await cluster.clock.advance('5s');
  expect((await rows(cluster))[0]).toBe(
    'node01 Terminating: is being deleted, due at TIME; the node is not ready: Kubelet stopped posting node status.',
  );
});

test('of a DaemonSet that is being deleted nothing more is wanted', async () => {
  await using cluster = await twoNodes();
  const agent = daemonSet('agent');
  agent.metadata.finalizers = ['example.com/slow'];
  await cluster.apply(agent);
  await cluster.client.delete('apps/v1', 'DaemonSet', ref('agent'));
  await cluster.nodes.add();
  await cluster.clock.advance('10s');
  expect((await rows(cluster)).at(-1)).toBe('node03 NotWanted: the DaemonSet is being deleted');
});

test('one node alone is asked for by its name; what cannot be explained is told', async () => {
  await using cluster = await twoNodes();
  await cluster.apply(daemonSet('agent'));
  await cluster.clock.settle();
  expect((await cluster.why('ds/agent', { node: 'node02' })).map(({ node }) => node)).toEqual(['node02']);
  await expect(cluster.why('ds/agent', { node: 'node09' })).rejects.toThrow('There is no node "node09"');
  await expect(cluster.why('node/node01')).rejects.toThrow('"node/node01" is no DaemonSet, Job');
  await expect(cluster.why('agent')).rejects.toThrow('"agent" is no DaemonSet');
  await expect(cluster.why('ds/other')).rejects.toThrow('daemonsets.apps "other" not found');
  await expect(cluster.why('job/other')).rejects.toThrow('jobs.batch "other" not found');
});

const objectRows = async (cluster: TestCluster, object: string) =>
  (await cluster.why(object)).map(({ object: what, node = '-', state, why }) =>
    `${what} ${node} ${state}: ${why}`
      .replace(/\d{4}-\d\d-\d\dT[\d:]{8}Z/g, 'TIME')
      .replace(/(job|backup)-[a-z0-9]{5}\b/g, 'POD'),
  );

test('of a CronJob, its Job and its pod it is told what they wait for', async () => {
  await using cluster = await twoNodes();
  const containers = [
    { name: 'main', image: 'busybox', resources: { requests: { cpu: '4', memory: '64Mi' } } },
  ];
  const template = { metadata: {}, spec: { restartPolicy: 'Never', containers } };
  const backup: CronJob = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'backup', namespace: 'default' },
    spec: { schedule: '* * * * *', concurrencyPolicy: 'Forbid', jobTemplate: { spec: { template } } },
  };
  await cluster.apply(backup);
  await cluster.clock.advance('150s');
  const [cronJob, job, ...others] = await objectRows(cluster, 'cj/backup');
  expect(cronJob).toMatch(
    /^cronjob\/backup - Held: the run of TIME waits for job\/backup-\d+ to end: concurrencyPolicy is Forbid; next run at TIME, the last was of TIME$/,
  );
  expect(job).toMatch(
    /^job\/backup-\d+ - Running: 0 of 1 succeeded, 0 failed \(backoffLimit 6\), 1 under way$/,
  );
  expect(others).toEqual([]);
  const name = job!.split(' ')[0]!;
  const full = '0/2 nodes are available: 2 Insufficient cpu.';
  const [, pod] = await objectRows(cluster, name);
  expect(pod).toContain(`- Pending: ${full}`);
  const { items } = await cluster.client.list('v1', 'Pod', { namespace: 'default' });
  expect((await objectRows(cluster, `pod/${items[0]!.metadata.name}`)).slice(1)).toEqual(
    ['node01', 'node02'].map((node) =>
      expect.stringContaining(`${node} -: Insufficient cpu: asks 4, free 1`),
    ),
  );
});

import { expect, test } from 'vitest';
import type { DaemonSet } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { matchers } from '../../src/library/matchers.ts';
import { daemonSets } from '../../src/resources/daemonset/daemonSet.ts';
import { crashAfterWrite, daemonSet, daemonSetNamed, reasonsOf, ref } from './support.ts';

const deadline = (value: string, spec: Partial<DaemonSet['spec']> = {}): DaemonSet => {
  const agent = daemonSet('agent', spec);
  agent.metadata.annotations = { 'sampan.dev/progress-deadline': value };
  return agent;
};

const setImage = (cluster: TestCluster, image: string) =>
  cluster.client.patch('apps/v1', 'DaemonSet', ref('agent'), {
    type: 'strategic',
    body: { spec: { template: { spec: { containers: [{ name: 'main', image }] } } } },
  });

const progress = async (cluster: TestCluster) => {
  const [condition] = (await daemonSetNamed(cluster, 'agent')).status?.conditions ?? [];
  return condition && `${condition.status} ${condition.reason}`;
};
const warnings = async (cluster: TestCluster) =>
  (await reasonsOf(cluster, 'agent')).filter((reason) => reason === 'ProgressDeadlineExceeded').length;

/** Three nodes, where `nowhere/agent` cannot be pulled, with a DaemonSet that is rolled out. */
async function rolledOut(): Promise<TestCluster> {
  const cluster = await createCluster({ nodes: 3, unpullableImages: /^nowhere/ });
  await cluster.apply(deadline('10m'));
  await cluster.waitFor('ds/agent', 'rolled-out');
  return cluster;
}

test('KEP-2804: a rollout that is stuck says so, once, and is waited for no longer', async () => {
  await using cluster = await rolledOut();
  await cluster.clock.settle();
  expect(await progress(cluster)).toBe('True RolloutComplete');
  await setImage(cluster, 'nowhere/agent');
  await cluster.clock.advance('9m');
  expect(await progress(cluster)).toBe('True RolloutProgressing');
  const begun = cluster.clock.now();
  await expect(cluster.waitFor('ds/agent', 'rolled-out')).rejects.toThrow(
    /daemon set "agent" exceeded its progress deadline: Revision ".*" has made no progress for 600s: 1 of 3 daemons are updated, 0 of them available\./,
  );
  expect(cluster.clock.now() - begun).toBeLessThan(120_000);
  await cluster.clock.advance('1h');
  expect(await progress(cluster)).toBe('False ProgressDeadlineExceeded');
  expect(await warnings(cluster)).toBe(1);
  const { pass, message } = await matchers.toHave(cluster, 'ds/agent', 'rolled-out');
  expect([pass, message()]).toEqual([false, expect.stringContaining('exceeded its progress deadline')]);
});

test('KEP-2804: what is mended rolls on, and is complete', async () => {
  await using cluster = await rolledOut();
  await setImage(cluster, 'nowhere/agent');
  await cluster.clock.advance('20m');
  await setImage(cluster, 'nginx:2');
  await cluster.waitFor('ds/agent', 'rolled-out');
  await cluster.clock.settle();
  expect(await progress(cluster)).toBe('True RolloutComplete');
});

test('KEP-2804: an undo begins anew, though its daemons are old', async () => {
  await using cluster = await rolledOut();
  await cluster.clock.advance('2h');
  await setImage(cluster, 'nowhere/agent');
  await cluster.clock.advance('5m');
  await setImage(cluster, 'nginx:1');
  await cluster.clock.settle();
  expect(await warnings(cluster)).toBe(0);
  await cluster.waitFor('ds/agent', 'rolled-out');
});

test('KEP-2804: a crash of the controllers does not move the deadline', async () => {
  await using cluster = await rolledOut();
  await setImage(cluster, 'nowhere/agent');
  await crashAfterWrite(cluster, ({ verb, plural }) => verb === 'create' && plural === 'pods');
  await cluster.clock.advance('5m');
  await cluster.restartControllers();
  await cluster.clock.advance('4m');
  expect(await progress(cluster)).toBe('True RolloutProgressing');
  await cluster.clock.advance('2m');
  expect(await progress(cluster)).toBe('False ProgressDeadlineExceeded');
});

test('KEP-2804: one whose daemon crashes and comes back for ever is stuck', async () => {
  await using cluster = await rolledOut();
  const command = ['sh', '-c', 'sleep 2; exit 1'];
  await cluster.client.patch('apps/v1', 'DaemonSet', ref('agent'), {
    type: 'strategic',
    body: { spec: { minReadySeconds: 10, template: { spec: { containers: [{ name: 'main', command }] } } } },
  });
  await cluster.clock.advance('2h');
  expect(await progress(cluster)).toBe('False ProgressDeadlineExceeded');
});

test('where daemons are updated by hand, nobody waits for a rollout', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(daemonSet('agent', { updateStrategy: { type: 'OnDelete' } }));
  await expect(cluster.waitFor('ds/agent', 'rolled-out')).rejects.toThrow(
    'rollout status is only available for RollingUpdate strategy type',
  );
});

test('a malformed deadline is told, and ignored', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(deadline('soon'));
  await cluster.clock.advance('1m');
  expect(await progress(cluster)).toBeUndefined();
  expect(daemonSets.warnings!(await daemonSetNamed(cluster, 'agent'), undefined)).toEqual([
    'metadata.annotations[sampan.dev/progress-deadline]: "soon" is ignored: it must be a duration above zero or seconds, "10m" or "600"',
  ]);
});

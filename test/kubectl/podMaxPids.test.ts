import { globSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { whyNoContainers } from '../../src/runtime/cri/testing/whyNoContainers.ts';
import { TestCluster } from '../support/cluster.ts';
import { ContainerCluster } from '../support/containerCluster.ts';

const KUBECTL = 'v1.35.2';
const POLL = { timeout: 20_000, interval: 50 };
const LIMIT = ['--pod-max-pids', '20'];

/** Starts a pod of a shell, and resolves to its uid when it runs. */
async function run(cluster: TestCluster, name: string, script: string): Promise<string> {
  const options = ['--image=busybox:1', '--image-pull-policy=IfNotPresent', '--restart=Never'];
  await cluster.kubectl(KUBECTL, 'run', name, ...options, '--', 'sh', '-c', script);
  const wait = ['wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s'];
  expect(await cluster.kubectl(KUBECTL, ...wait)).toMatchObject({ code: 0 });
  const { stdout } = await cluster.kubectl(KUBECTL, 'get', 'pod', name, '-o', 'jsonpath={.metadata.uid}');
  return stdout;
}

const limitations = async (cluster: TestCluster) => {
  const events = ['get', 'events', '--field-selector=reason=RuntimeLimitation'];
  return (await cluster.kubectl(KUBECTL, ...events, '-o', 'jsonpath={.items[*].message}')).stdout;
};

test.skipIf(whyNoContainers())(
  'a fork bomb is kept within its pod, also by a cluster that comes back after a crash',
  async () => {
    const containers = await ContainerCluster.start('10.198.12.0/24', ...LIMIT);
    onTestFinished(() => containers.stop());
    const { cluster } = containers;
    const bomb = 'trap "exit 0" TERM; (for i in $(seq 50); do sleep 1000 & done); while :; do wait; done';
    const uid = await run(cluster, 'bomb', bomb);
    const log = async () => (await cluster.kubectl(KUBECTL, 'logs', 'bomb')).stdout;
    await expect.poll(log, POLL).toMatch(/can't fork/);
    const groups = () => globSync(`/sys/fs/cgroup/{*/,}sampan/pod${uid}`);
    expect(groups()).not.toEqual([]);
    await cluster.kill9();
    await cluster.restart();
    await run(cluster, 'other', 'for i in $(seq 10); do sleep 0 & done; wait; exec sleep 1000');
    await cluster.kubectl(KUBECTL, 'delete', 'pod', 'bomb', 'other', '--grace-period=1');
    await expect.poll(groups, POLL).toEqual([]);
    expect(await limitations(cluster)).toBe('');
  },
);

test('of processes an event tells that their pod has no limit', async () => {
  const cluster = await TestCluster.start({ runtime: 'process', nodes: 1, more: LIMIT });
  onTestFinished(() => cluster.stop());
  await run(cluster, 'main', 'exec sleep 1000');
  const words = /^The pod may have more than 20 processes: --pod-max-pids is not kept by the process runtime/;
  await expect.poll(() => limitations(cluster), POLL).toMatch(words);
});

import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { whyNoContainers } from '../../src/runtime/cri/testing/whyNoContainers.ts';
import type { TestCluster } from '../support/cluster.ts';
import { ContainerCluster } from '../support/containerCluster.ts';

const KUBECTL = 'v1.35.2';
const POLL = { timeout: 20_000, interval: 50 };
const impediment = whyNoContainers();

/** Starts a pod that says hello, and resolves when it has. */
async function greet(cluster: TestCluster, name: string): Promise<void> {
  const options = ['--image=busybox:1', '--image-pull-policy=IfNotPresent', '--restart=Never'];
  const script = 'trap "exit 0" TERM; echo hello; while :; do sleep 0.1; done';
  await cluster.kubectl(KUBECTL, 'run', name, ...options, '--', 'sh', '-c', script);
  const log = async () => (await cluster.kubectl(KUBECTL, 'logs', name)).stdout;
  await expect.poll(log, POLL).toBe('hello\n');
}

const limitations = async (cluster: TestCluster) => {
  const events = ['get', 'events', '--field-selector=reason=RuntimeLimitation,involvedObject.kind=Node'];
  return (await cluster.kubectl(KUBECTL, ...events, '-o', 'jsonpath={.items[*].message}')).stdout;
};

test.skipIf(impediment)(
  'logs lie where --pod-logs-dir says, and reset takes away those of its own pods alone',
  async () => {
    const containers = await ContainerCluster.start('10.198.14.0/24');
    onTestFinished(() => containers.stop());
    const { cluster, containerd } = containers;
    const links = join(containerd.podLogsDir, '../containers');
    await greet(cluster, 'pod');
    const [link] = readdirSync(links);
    expect(link).toMatch(/^pod_default_pod-[0-9a-f]{64}\.log$/);
    expect(readFileSync(join(links, link!), 'utf8')).toMatch(/^\S+ stdout F hello\n$/);
    mkdirSync(join(containerd.podLogsDir, 'default_foreign_uid'));
    const { stdout } = await cluster.sampan('reset', '-f', '--data-dir', cluster.dataDir);
    expect(stdout).toContain(`removed ${links}\n`);
    expect(stdout).not.toContain(`removed ${containerd.podLogsDir}\n`);
    expect(existsSync(links)).toBe(false);
    expect(readdirSync(containerd.podLogsDir)).toEqual(['default_foreign_uid']);
  },
);

test.skipIf(impediment)(
  'where logs must not be written they lie in the data directory, and the node says so',
  async () => {
    const containers = await ContainerCluster.start('10.198.14.0/24', '--pod-logs-dir', '/dev/null/pods');
    onTestFinished(() => containers.stop());
    const { cluster } = containers;
    await greet(cluster, 'pod');
    const said =
      /^(Logs of containers are kept in \S+\/data\/nodes\/\S+\/pods, where collectors do not find them: ENOTDIR.* ?){2}$/;
    expect(await limitations(cluster)).toMatch(said);
  },
);

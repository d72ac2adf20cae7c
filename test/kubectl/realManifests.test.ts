import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoContainers } from '../../src/runtime/cri/testing/whyNoContainers.ts';
import type { TestCluster } from '../support/cluster.ts';
import { ContainerCluster } from '../support/containerCluster.ts';

/** Manifests as people write them for nginx, Redis, node-exporter, Fluent Bit, …; only the programs are busybox's. */
const impediment = whyNoContainers();
const KUBECTL = 'v1.35.2';
let containers: ContainerCluster | undefined;
let cluster: TestCluster;
beforeAll(async () => {
  if (impediment) return;
  containers = await ContainerCluster.start('10.198.3.0/24');
  cluster = containers.cluster;
  const manifests = readFileSync(join(import.meta.dirname, 'realManifests.yaml'), 'utf8');
  const input = manifests.replace('BACKUP_DIRECTORY', join(cluster.dataDir, 'backup'));
  const { code, stderr } = await cluster.kubectlWith({ input }, KUBECTL, 'apply', '-f', '-');
  expect(code, stderr).toBe(0);
});
afterAll(() => containers?.stop());

async function kubectl(line: string): Promise<string> {
  const { code, stdout, stderr } = await cluster.kubectl(KUBECTL, ...line.split(' '));
  expect(code, stderr).toBe(0);
  return stdout;
}

describe.skipIf(impediment)('with real containers', () => {
  test('a web server with probes serves a page of a config map, as a user without rights', async () => {
    await kubectl('rollout status deployment/nginx --timeout=60s');
    expect(await kubectl('exec deploy/nginx -- wget -qO- localhost:8080/index.html')).toBe('<h1>hello</h1>');
    expect(await kubectl('exec deploy/nginx -- id -u')).toBe('101\n');
  });

  test('a StatefulSet has its members one after the other, each with its name and its settings', async () => {
    await kubectl('rollout status statefulset/redis --timeout=60s');
    for (const member of [0, 1])
      expect(await kubectl(`logs redis-${member} -c redis`)).toBe(
        `replica ${member}\nredis-${member}.redis.default.svc.cluster.local\n`,
      );
  });

  test('a DaemonSet in the network of its host sees the host', async () => {
    await kubectl('rollout status daemonset/node-exporter --timeout=60s');
    expect(await kubectl('logs ds/node-exporter')).toMatch(
      /^1\n\d+\n\d+\nnode (master|node)01 127\.0\.0\.1\n$/,
    );
  });

  test('a DaemonSet with an account of its own has its settings', async () => {
    await kubectl('rollout status daemonset/fluent-bit --timeout=60s');
    expect(await kubectl('logs ds/fluent-bit')).toBe('[SERVICE]\n  Flush 1\n');
  });

  test('a pod runs after its init container and its sidecar, which ends after it', async () => {
    await kubectl('wait pod/app-with-sidecar --for=jsonpath={.status.phase}=Succeeded --timeout=60s');
    expect(await kubectl('logs app-with-sidecar -c app')).toMatch(/^migrated\nsidecar first\ntmpfs\s*\n$/);
    expect(await kubectl('logs app-with-sidecar -c shipper')).toBe('bye\n');
  });

  test('the pods of an indexed job know their numbers', async () => {
    await kubectl('wait job/indexed --for=condition=Complete --timeout=60s');
    const log = await kubectl('logs -l job-name=indexed');
    expect(log.trim().split('\n').toSorted()).toEqual(
      [0, 1, 2, 3].flatMap((index) => [String(index), `indexed-${index}`]).toSorted(),
    );
  });

  test('a cron job leaves its backup on the host', async () => {
    await kubectl('create job now --from=cronjob/backup');
    await kubectl('wait job/now --for=condition=Complete --timeout=60s');
    expect(await kubectl('logs job/now')).toMatch(/^[1-9]\d*\n1\n$/);
  });
});

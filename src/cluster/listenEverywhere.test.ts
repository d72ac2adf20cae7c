import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HttpsClient } from '../client/http/httpsClient.ts';
import { serverAccessFromKubeconfig } from '../client/http/kubeconfig.ts';
import { systemRandom } from '../clock/random.ts';
import { SystemClock } from '../clock/systemClock.ts';
import { ConfigMaps, Endpoints } from '../resources/kinds.ts';
import { Cluster } from './cluster.ts';
import { calledAt, serverAddress } from './hostAddress.ts';

const clock = new SystemClock();

test('a server that listens everywhere tells an address of the host, and is trusted at each of them', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sampan-everywhere-'));
  const cluster = await Cluster.start({
    dataDir,
    listen: { host: '0.0.0.0', port: 0 },
    ephemeral: true,
    config: { nodes: 0, runtime: 'simulated' },
    clock,
    random: systemRandom,
    localTimeZone: 'UTC',
    reportError: () => {},
  });
  try {
    const access = serverAccessFromKubeconfig(readFileSync(cluster.kubeconfigPath, 'utf8'));
    const { hostname, port } = new URL(access.server);
    expect(hostname).toBe(await serverAddress('0.0.0.0'));
    const ofFour = calledAt('0.0.0.0').filter((address) => !address.includes(':'));
    for (const address of new Set([hostname, '127.0.0.1', ...ofFour])) {
      const client = HttpsClient.to({ ...access, server: `https://${address}:${port}` }, { clock });
      const info = await client.get(ConfigMaps, { name: 'cluster-info', namespace: 'kube-public' });
      expect(info.data?.kubeconfig).toContain(`server: "${access.server}"`);
      client.close();
    }
    const { subsets } = await cluster.client.get(Endpoints, { name: 'kubernetes', namespace: 'default' });
    expect(subsets?.[0]?.addresses).toEqual([{ ip: hostname }]);
  } finally {
    await cluster.stop();
    rmSync(dataDir, { recursive: true });
  }
});

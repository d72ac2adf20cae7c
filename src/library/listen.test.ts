import { BatchV1Api, CoreV1Api, KubeConfig, Metrics, Watch } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { cronJob, jobsOf } from '../../test/cases/support.ts';
import { createCluster } from '../index.ts';

test('a client over HTTPS sees the cluster, and keeps up with a clock that is turned fast', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  const config = new KubeConfig();
  config.loadFromString(await cluster.listen());
  const core = config.makeApiClient(CoreV1Api);
  expect((await core.listNode()).items.map(({ metadata }) => metadata?.name)).toEqual(['node01']);

  // An operator: for each job that is made, it writes a config map, over the network.
  const failures: unknown[] = [];
  const watch = await new Watch(config).watch(
    '/apis/batch/v1/namespaces/default/jobs',
    {},
    (type: string, { metadata }: { metadata: { name: string } }) => {
      if (type !== 'ADDED') return;
      const body = { metadata: { name: metadata.name } };
      core.createNamespacedConfigMap({ namespace: 'default', body }).catch((error) => failures.push(error));
    },
    () => {},
  );
  await cluster.apply(cronJob('tick', '*/10 * * * *', 'sleep 5'));
  await cluster.clock.advance('181m');
  watch.abort();

  const { items } = await core.listNamespacedConfigMap({ namespace: 'default' });
  const written = items.filter(({ metadata }) => metadata?.name?.startsWith('tick-'));
  expect(failures).toEqual([]);
  expect(written).toHaveLength(18);
  // Each was written before the clock had come to the next run.
  for (const { metadata } of written) {
    const dueAt = Number(metadata!.name!.split('-')[1]) * 60_000;
    const lateBy = metadata!.creationTimestamp!.getTime() - dueAt;
    expect(lateBy).toBeGreaterThanOrEqual(0);
    expect(lateBy).toBeLessThan(600_000);
  }
  expect(await jobsOf(cluster)).toHaveLength(3);
  expect(
    (await config.makeApiClient(BatchV1Api).listNamespacedJob({ namespace: 'default' })).items,
  ).toHaveLength(3);
});

test('what pods use is told on a clock that stands still, and of nodes that can be reached', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  const config = new KubeConfig();
  config.loadFromString(await cluster.listen());
  const metrics = new Metrics(config);
  const pod = (name: string, nodeName: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', annotations: { 'sampan.dev/cpu-usage': '250m' } },
    spec: { nodeName, containers: [{ name: 'main', image: 'nginx' }] },
  });
  await cluster.apply([pod('one', 'node01'), pod('two', 'node02')]);
  for (const name of ['one', 'two']) await cluster.waitFor(`pod/${name}`, 'ready');
  const told = async () =>
    (await metrics.getPodMetrics('default')).items.map(({ metadata, containers }) => [
      metadata.name,
      containers.map(({ usage }) => usage.cpu),
    ]);
  expect(await told()).toEqual([
    ['one', ['250m']],
    ['two', ['250m']],
  ]);
  cluster.nodes.partition('node01');
  expect(await told()).toEqual([['two', ['250m']]]);
});

test('its kubeconfig can be put into a file, for kubectl', async () => {
  const { mkdtempSync, readFileSync, rmSync, statSync } = await import('node:fs');
  const folder = mkdtempSync('/tmp/sampan-listen-');
  const path = `${folder}/config`;
  await using cluster = await createCluster({ nodes: 0 });
  const text = await cluster.listen({ kubeconfigPath: path });
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  rmSync(folder, { recursive: true });
});

test('a port that is taken is told in one line', async () => {
  await using first = await createCluster({ nodes: 0 });
  await using second = await createCluster({ nodes: 0 });
  const [, port] = /127\.0\.0\.1:(\d+)/.exec(await first.listen())!;
  await expect(second.listen({ port: Number(port) })).rejects.toThrow(
    `Cannot listen on 127.0.0.1:${port}: the port is taken; choose another with port`,
  );
});

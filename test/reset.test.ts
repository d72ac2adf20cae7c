import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { TestCluster, type TestClusterOptions } from './support/cluster.ts';
import { processesUnder } from './support/processesUnder.ts';

async function startCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const cluster = await TestCluster.start({ nodes: 1, ...options });
  onTestFinished(() => cluster.stop());
  return cluster;
}

test('reset asks first, and does nothing without a yes', async () => {
  const cluster = await startCluster();
  const outcome = await cluster.sampan('reset', '--data-dir', cluster.dataDir);
  expect(outcome).toMatchObject({ code: 1, stderr: 'sampan: Nothing was reset\n' });
  expect(outcome.stdout).toContain(`  ${cluster.dataDir}\n`);
  expect((await cluster.api.request({ path: '/readyz' })).text).toBe('ok');
});

test('reset goes on after a yes', async () => {
  const cluster = await startCluster();
  const asking = cluster.startSampan('reset', '--data-dir', cluster.dataDir);
  await asking.until(/Go on\? \[y\/N\] /);
  asking.write('y\n');
  expect(await asking.exited).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(cluster.dataDir)).toBe(false);
});

test('reset --force stops the cluster and removes its data, and says so; once more, there is nothing to do', async () => {
  const cluster = await startCluster();
  const { pid, dataDir } = cluster;
  expect(await cluster.sampan('reset', '-f', '--data-dir', dataDir)).toMatchObject({
    code: 0,
    stdout: `stopped process ${pid}\nremoved ${dataDir}\n`,
  });
  expect(existsSync(dataDir)).toBe(false);
  expect(await cluster.sampan('reset', '-f', '--data-dir', dataDir)).toMatchObject({
    code: 0,
    stdout: 'there was nothing to reset\n',
  });
});

test('reset ends processes that a cluster left when it was killed', async () => {
  const cluster = await startCluster({ runtime: 'process' });
  await cluster.kubectl(
    'v1.35.2',
    ...['run', 'left', '--image=busybox', '--restart=Never', '--', 'sleep', '1000'],
  );
  await cluster.kubectl('v1.35.2', 'wait', '--for=condition=Ready', 'pod/left', '--timeout=60s');
  await cluster.kill9();
  const { stdout } = await cluster.sampan('reset', '-f', '--data-dir', cluster.dataDir);
  expect(stdout).toBe(`removed 1 pod of ${cluster.dataDir}\nremoved ${cluster.dataDir}\n`);
  expect(processesUnder(cluster.dataDir)).toEqual([]);
});

test('reset refuses a folder that is something else', async () => {
  const cluster = await startCluster();
  const folder = join(cluster.dataDir, '..', 'photos');
  mkdirSync(folder);
  const { code, stderr } = await cluster.sampan('reset', '-f', '--data-dir', folder);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `sampan: Cannot reset ${folder}: it is not a data directory of sampan\n`,
  });
  expect(existsSync(folder)).toBe(true);
});

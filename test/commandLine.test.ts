import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { TestCluster, type TestClusterOptions } from './support/cluster.ts';
import type { Outcome } from './support/command.ts';
import { processesUnder } from './support/processesUnder.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

async function startCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const cluster = await TestCluster.start({ nodes: 1, ...options });
  onTestFinished(() => cluster.stop());
  return cluster;
}

const refusal = (why: RegExp) => (outcome: Outcome) => {
  expect(outcome).toMatchObject({ code: 1, stdout: '' });
  expect(outcome.stderr).toMatch(why);
  expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1);
};

test('a data directory that is in use, a taken port and a wrong option get one clear line', async () => {
  const cluster = await startCluster();
  const { host } = new URL(cluster.url);
  const up = (...args: string[]) => cluster.sampan('up', ...args);
  refusal(/^sampan: .*in use/)(await up('--data-dir', cluster.dataDir, '--listen', '127.0.0.1:0'));
  refusal(/^sampan: .*the port is taken/)(await up('--data-dir', 'other', '--listen', host));
  refusal(/^error: .*must be a number/)(await up('--nodes', 'many'));
  refusal(/^error: .*'0' is invalid. It must be a number from 1 to \d+, or -1/)(
    await up('--pod-max-pids', '0'),
  );
  refusal(/^error: .*"memory" is none of memory.available, /)(await up('--eviction-hard', 'memory<1Gi'));
  expect((await cluster.api.request({ path: '/readyz' })).text).toBe('ok');
});

test('a data directory of a newer sampan gets one clear line', async () => {
  const cluster = await startCluster();
  await cluster.interrupt();
  const database = new DatabaseSync(join(cluster.dataDir, 'store.db'));
  database.exec("UPDATE meta SET value = 9999 WHERE name = 'schema'");
  database.close();
  refusal(/^sampan: .*written by a newer sampan/)(
    await cluster.sampan('up', '--data-dir', cluster.dataDir, '--listen', '127.0.0.1:0'),
  );
});

test('a second start on the same data directory goes on with everything as it was', async () => {
  const cluster = await startCluster();
  const made = await cluster.api.post(CONFIG_MAPS, { metadata: { name: 'kept' }, data: { a: '1' } });
  const { code, stdout } = await cluster.interrupt();
  expect({ code, lastLine: stdout.trimEnd().split('\n').at(-1) }).toEqual({ code: 0, lastLine: 'stopping' });
  await cluster.restart();
  expect(await cluster.api.get(`${CONFIG_MAPS}/kept`)).toEqual(made);
});

test('an ephemeral cluster leaves no state behind', async () => {
  const cluster = await startCluster({ more: ['--ephemeral'] });
  await cluster.api.post(CONFIG_MAPS, { metadata: { name: 'gone' } });
  await cluster.interrupt();
  expect(existsSync(join(cluster.dataDir, 'store.db'))).toBe(false);
  await cluster.restart();
  expect(await cluster.api.get(`${CONFIG_MAPS}/gone`)).toMatchObject({ code: 404, reason: 'NotFound' });
});

test('what is in the data directory is for its owner alone', async () => {
  const cluster = await startCluster();
  const open = readdirSync(cluster.dataDir, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/nodes/'))
    .filter((path) => (statSync(path).mode & 0o077) !== 0);
  expect(open).toEqual([]);
});

test('--detach returns at readiness, and status and down manage it', async () => {
  const cluster = await startCluster();
  await cluster.interrupt();
  const dataDir = ['--data-dir', cluster.dataDir];
  const started = await cluster.sampan('up', '--detach', ...dataDir, '--listen', '127.0.0.1:0');
  expect(started).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^sampan is ready in [\d.]+ s at https/),
  });
  expect(await cluster.sampan('status', ...dataDir)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^running at https:/),
  });
  expect(await cluster.sampan('kubectl', ...dataDir, 'get', 'nodes')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^node01\s+Ready/m),
  });
  expect(await cluster.sampan('down', ...dataDir)).toMatchObject({ code: 0, stdout: 'stopped\n' });
  expect(await cluster.sampan('status', ...dataDir)).toMatchObject({ code: 1 });
  expect(processesUnder(cluster.dataDir)).toEqual([]);
});

test('Ctrl-C ends the processes of pods', async () => {
  const cluster = await startCluster({ runtime: 'process' });
  const command = ['/bin/sh', '-c', 'trap "exit 0" TERM; while true; do sleep 0.1; done'];
  const spec = { containers: [{ name: 'main', image: 'alpine', command }] };
  await cluster.api.post('/api/v1/namespaces/default/pods', { metadata: { name: 'busy' }, spec });
  const pods = await cluster.watchAll('/api/v1/namespaces/default/pods');
  await pods.until('it runs', (all) => all.some(({ status }) => status.phase === 'Running'));
  expect(processesUnder(cluster.dataDir).length).toBeGreaterThan(1);
  expect((await cluster.interrupt()).code).toBe(0);
  expect(processesUnder(cluster.dataDir)).toEqual([]);
});

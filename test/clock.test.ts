import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestCluster } from './support/cluster.ts';
import { KUBECTL_VERSIONS } from './support/kubectl.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start({
    more: ['--clock', 'virtual', '--start-time', '2026-03-28T23:00:00Z'],
  });
});
afterAll(() => cluster?.stop());

const clock = async (...args: string[]) => {
  const { stdout, stderr, code } = await cluster.sampan('clock', ...args, '--data-dir', cluster.dataDir);
  return { output: (stdout || stderr).trim(), code };
};

test('time stands still until it is turned', async () => {
  expect(cluster.output).toContain('clock: 2026-03-28T23:00:00Z, until "sampan clock advance" turns it');
  expect((await clock('now')).output).toBe('2026-03-28T23:00:00Z');
  expect((await clock('now')).output).toBe('2026-03-28T23:00:00Z');
});

test.each(KUBECTL_VERSIONS)('kubectl %s sees a job of half an hour done in a moment', async (version) => {
  const name = `long-${version.replaceAll('.', '-')}`;
  const made = await cluster.kubectl(version, 'create', 'job', name, '--image=alpine', '--', 'sleep', '1800');
  expect(made.stdout).toBe(`job.batch/${name} created\n`);
  expect((await clock('until', `job/${name}`, 'complete')).code).toBe(0);
  const { stdout } = await cluster.kubectl(version, 'get', 'job', name);
  expect(stdout).toMatch(/\s1\/1\s+30m\s+30m\n$/);
});

test('a cron job of the night runs while the clock is turned over it, in its zone', async () => {
  const made = await cluster.kubectl(
    'v1.35.2',
    ...['create', 'cronjob', 'nightly', '--image=alpine', '--schedule=30 3 * * *', '--', 'true'],
  );
  expect(made.stderr).toBe('');
  expect((await clock('until', '2026-03-29T06:00+02:00')).output).toBe('2026-03-29T04:00:00Z');
  const { stdout } = await cluster.kubectl('v1.35.2', 'get', 'jobs', '-o', 'name');
  expect(stdout).toContain('job.batch/nightly-');
});

test('sampan why tells for each node why it has its daemon, or has none', async () => {
  const path = join(cluster.dataDir, 'agent.yaml');
  const spec = { containers: [{ name: 'main', image: 'nginx' }], nodeSelector: { disk: 'ssd' } };
  const template = { metadata: { labels: { app: 'agent' } }, spec };
  const manifest = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent' },
    spec: { selector: { matchLabels: { app: 'agent' } }, template },
  };
  writeFileSync(path, JSON.stringify(manifest));
  await cluster.kubectl('v1.35.2', 'apply', '-f', path);
  await clock('advance', '10s');
  const why = (...args: string[]) =>
    cluster.sampan('why', 'ds/agent', '--data-dir', cluster.dataDir, ...args);
  const reason = 'node selector disk=ssd does not match (label disk is missing)';
  const { stdout } = await why();
  expect(stdout).toMatch(/^NODE +POD +STATE +WHY\n/);
  expect(stdout).toContain(`   -     NotWanted   ${reason}\n`);
  expect(JSON.parse((await why('--node', 'node01', '-o', 'json')).stdout)).toEqual([
    { node: 'node01', state: 'NotWanted', why: reason },
  ]);
  expect(await why('--node', 'node99')).toMatchObject({
    code: 1,
    stderr: 'sampan: There is no node "node99"\n',
  });
});

test.each([
  [['advance', 'soon'], 'It must be a duration'],
  [['until', 'tomorrow'], '"tomorrow" is not a time'],
  [['until', '2020-01-01T00:00Z'], 'Cannot go to 2020-01-01T00:00:00Z'],
  [['until', 'thing/x', 'ready'], 'There is no kind "thing"'],
  [['until', 'job/long-v1-35-2', 'rolled-out'], 'A Job has no rollout'],
  [['until', 'job/none', 'complete', '--limit', '5m'], 'Waited in vain for "job/none complete"'],
])('clock %j fails in one line', async (args, message) => {
  const { output, code } = await clock(...args);
  expect(code).toBe(1);
  expect(output).toContain(message);
  expect(output.split('\n')).toHaveLength(1);
});

test('after a kill -9 the clock goes on where it stood, and never back', async () => {
  const before = (await clock('advance', '90s')).output;
  await cluster.kill9();
  await cluster.restart();
  expect((await clock('now')).output >= before).toBe(true);
  await clock('advance', '1m');
  const { stdout } = await cluster.kubectl('v1.35.2', 'get', 'nodes', '--no-headers');
  expect(stdout.match(/ Ready /g)).toHaveLength(4);
});

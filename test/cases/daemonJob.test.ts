import { expect, test } from 'vitest';
import type { DaemonJob, DaemonJobSpec } from '../../src/generated/types.ts';
import { type CreateClusterOptions, createCluster, type TestCluster } from '../../src/index.ts';
import { podsOf, template } from './support.ts';

const daemonJob = (command: string, spec: Partial<DaemonJobSpec> = {}, backoffLimit = 0): DaemonJob => ({
  apiVersion: 'sampan.dev/v1',
  kind: 'DaemonJob',
  metadata: { name: 'scrub', namespace: 'default' },
  spec: { jobTemplate: { spec: { backoffLimit, template: template(command) } }, ...spec },
});

async function clusterWith(object: DaemonJob, options: CreateClusterOptions = {}): Promise<TestCluster> {
  const cluster = await createCluster({ nodes: 3, ...options });
  await cluster.apply(object);
  return cluster;
}

const ref = { name: 'scrub', namespace: 'default' };
const statusOf = async ({ client }: TestCluster) =>
  (await client.get('sampan.dev/v1', 'DaemonJob', ref)).status!;
const nodesOf = async (cluster: TestCluster) =>
  (await podsOf(cluster)).map(({ spec }) => spec.nodeName!).sort();
const started = (cluster: TestCluster) =>
  cluster.history!.of('Pod').filter(({ type }) => type === 'ADDED').length;

test('it runs once on every node, and on one that joins later', async () => {
  await using cluster = await clusterWith(daemonJob('sleep 5'));
  await cluster.clock.advance('20s');
  expect(await statusOf(cluster)).toMatchObject({ desired: 3, active: 0, succeeded: 3, failed: 0 });
  expect(await nodesOf(cluster)).toEqual(['node01', 'node02', 'node03']);
  await cluster.nodes.add({ name: 'node04' });
  await cluster.clock.advance('30s');
  expect(await statusOf(cluster)).toMatchObject({ desired: 4, succeeded: 4 });
  expect(started(cluster)).toBe(4);
  const events = await cluster.eventTable();
  expect(events).toContain('Succeeded on all 3 nodes');
  expect(events).toContain('Succeeded on all 4 nodes');
});

test('what has succeeded is not run again when its pod is deleted or the controllers start anew', async () => {
  await using cluster = await clusterWith(daemonJob('true'));
  await cluster.clock.advance('20s');
  for (const { metadata } of await podsOf(cluster))
    await cluster.client.delete('v1', 'Pod', { name: metadata.name!, namespace: 'default' });
  await cluster.restartControllers();
  await cluster.clock.advance('10m');
  expect(started(cluster)).toBe(3);
  expect((await statusOf(cluster)).succeeded).toBe(3);
});

test('a node on which it fails does not keep the others from success', async () => {
  const failing = daemonJob('test $NODE != node02', {}, 2);
  const { spec } = failing.spec.jobTemplate.spec!.template;
  spec.containers[0]!.env = [{ name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }];
  await using cluster = await clusterWith(failing);
  await cluster.clock.advance('5m');
  expect(await statusOf(cluster)).toMatchObject({ succeeded: 2, failed: 1, failedNodes: ['node02'] });
  // Once on each of the others, three times there: it was tried again with the Job's back-off.
  expect(started(cluster)).toBe(5);
  expect(await cluster.eventTable()).toContain('The job of node node02 has failed');
});

test('with maxParallel it goes from node to node', async () => {
  await using cluster = await clusterWith(daemonJob('sleep 30', { maxParallel: 1 }));
  const active: number[] = [];
  for (let time = 0; time < 120; time += 10) {
    await cluster.clock.advance('10s');
    active.push((await statusOf(cluster)).active ?? 0);
  }
  expect(Math.max(...active)).toBe(1);
  expect(await statusOf(cluster)).toMatchObject({ succeeded: 3 });
});

test('a new template runs again everywhere; suspended it waits', async () => {
  await using cluster = await clusterWith(daemonJob('true'));
  await cluster.clock.advance('20s');
  await cluster.client.patch('sampan.dev/v1', 'DaemonJob', ref, {
    type: 'merge',
    body: { spec: { suspend: true } },
  });
  await cluster.apply(daemonJob('sleep 1', { suspend: true }));
  await cluster.clock.advance('1m');
  expect(started(cluster)).toBe(3);
  await cluster.client.patch('sampan.dev/v1', 'DaemonJob', ref, {
    type: 'merge',
    body: { spec: { suspend: false } },
  });
  await cluster.clock.advance('1m');
  expect(started(cluster)).toBe(6);
  expect(await statusOf(cluster)).toMatchObject({ desired: 3, succeeded: 3 });
});

test('a node that crashes in the middle has its run when it is back', async () => {
  await using cluster = await clusterWith(daemonJob('sleep 60', {}, 3));
  await cluster.clock.advance('10s');
  await cluster.nodes.crash('node02');
  await cluster.clock.advance('2m');
  expect((await statusOf(cluster)).succeeded).toBe(2);
  await cluster.nodes.restart('node02');
  await cluster.clock.advance('15m');
  expect(await statusOf(cluster)).toMatchObject({ desired: 3, succeeded: 3 });
});

test('a node that goes takes its job with it, and deleting the DaemonJob takes all', async () => {
  await using cluster = await clusterWith(daemonJob('true'));
  await cluster.clock.advance('20s');
  await cluster.nodes.remove('node03');
  await cluster.clock.advance('1m');
  expect(await statusOf(cluster)).toMatchObject({ desired: 2, succeeded: 2 });
  expect((await cluster.client.list('batch/v1', 'Job')).items).toHaveLength(2);
  await cluster.client.delete('sampan.dev/v1', 'DaemonJob', ref);
  await cluster.clock.advance('1m');
  expect((await cluster.client.list('batch/v1', 'Job')).items).toEqual([]);
});

test('what cannot be is refused', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  const bad = daemonJob('true', { maxParallel: 0 });
  bad.spec.jobTemplate.spec!.ttlSecondsAfterFinished = 5;
  await expect(cluster.apply(bad)).rejects.toThrow(
    'DaemonJob.sampan.dev "scrub" is invalid: [spec.jobTemplate.spec.ttlSecondsAfterFinished: Forbidden: a node whose Job is gone would have it run again, spec.maxParallel: Invalid value: 0: must be greater than 0]',
  );
});

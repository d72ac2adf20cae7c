import { afterAll, beforeAll, expect, test } from 'vitest';
import { timestamp } from '../clock/clock.ts';
import { VIRTUAL_EPOCH } from '../clock/virtualClock.ts';
import type { Job } from '../generated/types.ts';
import { DaemonSets, Jobs, Pods } from '../resources/kinds.ts';
import { createCluster } from './createCluster.ts';
import type { HistoryEntry } from './history.ts';
import type { TestCluster } from './testCluster.ts';

const HOUR_MS = 3_600_000;
const EXAMPLES = new URL('../../examples/', import.meta.url).pathname;

interface Story {
  readonly cluster: TestCluster;
  readonly changes: readonly HistoryEntry[];
  /** Each change as a line. */
  readonly history: readonly string[];
}

/** Two hours with the example manifests, a rolling update, a deleted pod and a Job that fails. */
async function play(seed: number): Promise<Story> {
  const cluster = await createCluster({ seed });
  const { client, clock } = cluster;
  await cluster.apply(EXAMPLES);
  await client.create(Jobs, failingJob);
  await clock.advance(15 * 60_000);
  await client.patch(DaemonSets, daemonSet, { type: 'strategic', body: newImage });
  await clock.advance(15 * 60_000);
  const { items } = await client.list(Pods, daemonPods);
  await client.delete(Pods, { name: items[1]!.metadata.name!, namespace: 'default' });
  await clock.advance(1.5 * HOUR_MS);
  const changes = cluster.history!.entries;
  return { cluster, changes, history: changes.map(inOneLine) };
}

const inOneLine = ({ time, type, kind, key, object }: HistoryEntry): string =>
  `${time} ${type} ${kind} ${key} ${JSON.stringify(object)}`;

const daemonSet = { name: 'ds-demo', namespace: 'default' };
const daemonPods = { namespace: 'default', labelSelector: 'app=ngx-ds' };
const newImage = {
  spec: { template: { spec: { containers: [{ name: 'nginx', image: 'nginx:1.16-alpine' }] } } },
};

const failingJob: Job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'failing', namespace: 'default' },
  spec: {
    backoffLimit: 2,
    template: {
      metadata: {},
      spec: {
        restartPolicy: 'Never',
        containers: [{ name: 'main', image: 'alpine', command: ['/bin/sh', '-c', 'sleep 3; exit 1'] }],
      },
    },
  },
};

let first: Story;
let second: Story;
let other: Story;
beforeAll(async () => {
  first = await play(1);
  second = await play(1);
  other = await play(2);
});
afterAll(() => Promise.all([first, second, other].map((story) => story?.cluster.stop())));

test('the same seed gives the same history, to the byte', () => {
  const different = first.history.findIndex((line, index) => line !== second.history[index]);
  expect([first.history[different], second.history[different]]).toEqual([undefined, undefined]);
  expect(second.history).toHaveLength(first.history.length);
});

test('another seed gives other names', async () => {
  const names = await generatedNames(first);
  expect(names.length).toBeGreaterThan(20);
  expect(await generatedNames(second)).toEqual(names);
  const others = new Set(await generatedNames(other));
  expect(names.filter((name) => others.has(name))).toEqual([]);
});

test('the CronJob ran each even minute, at exactly that time', () => {
  const runs = first.changes
    .filter(({ type, kind }) => type === 'ADDED' && kind === 'Job')
    .map(({ object }) => object.metadata)
    .filter(({ name }) => name!.startsWith('cronjob-demo-'))
    .map(({ creationTimestamp }) => creationTimestamp);
  const evenMinutes = Array.from({ length: 60 }, (_, i) => timestamp(VIRTUAL_EPOCH + (i + 1) * 120_000));
  expect(runs).toEqual(evenMinutes);
});

test('the Jobs ended as they should', async () => {
  const { items } = await first.cluster.client.list(Jobs, { namespace: 'default' });
  const ends = items
    .filter(({ metadata }) => !metadata.name!.startsWith('cronjob-demo-'))
    .map(({ metadata, status }) => ({
      name: metadata.name,
      succeeded: status?.succeeded ?? 0,
      failed: status?.failed ?? 0,
      end: status?.conditions?.at(-1)?.type,
    }));
  expect(ends).toEqual([
    { name: 'failing', succeeded: 0, failed: 3, end: 'Failed' },
    { name: 'job-demo', succeeded: 1, failed: 0, end: 'Complete' },
    { name: 'job-multi-demo', succeeded: 6, failed: 0, end: 'Complete' },
    { name: 'job-multi-demo2', succeeded: 6, failed: 0, end: 'Complete' },
  ]);
});

test('the DaemonSet has a pod of the new image on each node', async () => {
  const { client } = first.cluster;
  const { status } = await client.get(DaemonSets, daemonSet);
  expect(status).toMatchObject({ desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 });
  const { items } = await client.list(Pods, daemonPods);
  const placed = items.map(({ spec }) => `${spec.containers[0]!.image} on ${spec.nodeName}`);
  expect(placed.sort()).toEqual(['node01', 'node02', 'node03'].map((node) => `nginx:1.16-alpine on ${node}`));
});

test('nothing went wrong on the way', () => expect(first.cluster.errors).toEqual([]));

async function generatedNames({ cluster }: Story): Promise<string[]> {
  const { items } = await cluster.client.list(Pods);
  return items.map(({ metadata }) => metadata.name!);
}

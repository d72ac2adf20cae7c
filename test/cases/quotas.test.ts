import { expect, test } from 'vitest';
import type { LimitRange, ResourceQuota } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { daemonSet, job, NAMESPACE, podsOf } from './support.ts';

// What a namespace's quota and limits do to the daemons and jobs in it.

const quota = (hard: Record<string, string>): ResourceQuota => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'q', namespace: NAMESPACE },
  spec: { hard },
});

const limits: LimitRange = {
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'l', namespace: NAMESPACE },
  spec: { limits: [{ type: 'Container', defaultRequest: { cpu: '100m' } }] },
};

const used = async (cluster: TestCluster) => {
  const { items } = await cluster.client.list('v1', 'ResourceQuota', { namespace: NAMESPACE });
  return items[0]?.status?.used;
};

const told = async (cluster: TestCluster, reason: string): Promise<string[]> => {
  const { items } = await cluster.client.list('v1', 'Event', { namespace: NAMESPACE });
  return items.filter((event) => event.reason === reason).map(({ message = '' }) => message);
};

test('a Job runs as many pods at a time as the quota lets it, to its end', async () => {
  await using cluster = await createCluster({ nodes: 3 });
  await cluster.apply(quota({ pods: '2' }));
  await cluster.apply(job('six', 'sleep 10', { completions: 6, parallelism: 6 }));
  await cluster.clock.advance('5s');
  expect(await used(cluster)).toEqual({ pods: '2' });
  expect((await told(cluster, 'FailedCreate'))[0]).toMatch(
    /^Error creating: pods "six-\w{5}" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2$/,
  );
  await cluster.clock.advance('10m');
  const { items } = await cluster.client.list('batch/v1', 'Job', { namespace: NAMESPACE });
  expect(items[0]?.status).toMatchObject({ succeeded: 6 });
  expect(items[0]?.status?.failed).toBeUndefined();
  expect(await podsOf(cluster)).toHaveLength(6);
  expect(await used(cluster)).toEqual({ pods: '0' });
});

test('a DaemonSet gets the rest of its pods when the quota grows', async () => {
  await using cluster = await createCluster({ nodes: 3 });
  await cluster.apply(quota({ pods: '2' }));
  await cluster.apply(daemonSet('agent'));
  await cluster.clock.advance('1m');
  expect(await podsOf(cluster)).toHaveLength(2);
  await cluster.apply(quota({ pods: '3' }));
  await cluster.clock.advance('10m');
  expect(await podsOf(cluster)).toHaveLength(3);
});

test('a pod without requests is refused by a quota of processors, until limits give it some', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(quota({ 'requests.cpu': '1' }));
  await cluster.apply(job('one', 'sleep 60'));
  await cluster.clock.advance('1s');
  expect((await told(cluster, 'FailedCreate'))[0]).toMatch(
    /is forbidden: failed quota: q: must specify requests\.cpu for: main$/,
  );
  await cluster.apply(limits);
  await cluster.clock.runUntil(async () => (await podsOf(cluster)).length === 1);
  expect(await used(cluster)).toEqual({ 'requests.cpu': '100m' });
});

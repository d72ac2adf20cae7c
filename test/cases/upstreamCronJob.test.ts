import { describe, expect, test } from 'vitest';
import type { CronJobSpec, Job, ResourceQuota } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { isFinished } from '../../src/resources/job/jobConditions.ts';
import { cronJob, cronJobNamed, jobNamed, jobsOf, podsOf, reasonsOf, ref, startedAt } from './support.ts';

// What upstream's end-to-end suite asserts of CronJobs that run every minute.

const LONG = 'sleep 300';

async function clusterWith(command: string, spec: Partial<CronJobSpec> = {}): Promise<TestCluster> {
  const cluster = await createCluster({ nodes: 2, startTime: '2026-01-01T00:00:20Z' });
  await cluster.apply(cronJob('work', '*/1 * * * ?', command, spec));
  return cluster;
}

const activeOf = async (cluster: TestCluster): Promise<readonly string[]> =>
  ((await cronJobNamed(cluster, 'work')).status?.active ?? []).map(({ name }) => name ?? '');

const running = async (cluster: TestCluster): Promise<readonly string[]> =>
  (await jobsOf(cluster)).filter((job) => !isFinished(job)).map(({ metadata }) => metadata.name!);

describe('the runs that go on at a time', () => {
  const cases: Record<string, { spec: Partial<CronJobSpec>; most: number; made: number }> = {
    'with Allow are as many as are due': { spec: { concurrencyPolicy: 'Allow' }, most: 5, made: 5 },
    'with Forbid are one, and the next waits': { spec: { concurrencyPolicy: 'Forbid' }, most: 1, made: 1 },
    'with Replace are one, and it is the newest': {
      spec: { concurrencyPolicy: 'Replace' },
      most: 1,
      made: 5,
    },
    'while it is suspended are none': { spec: { suspend: true }, most: 0, made: 0 },
  };
  for (const [name, { spec, most, made }] of Object.entries(cases)) {
    test(name, async () => {
      await using cluster = await clusterWith(LONG, spec);
      let seen = 0;
      for (let minute = 0; minute < 5; minute++) {
        await cluster.clock.advance('1m');
        const active = await activeOf(cluster);
        expect(active.toSorted()).toEqual((await running(cluster)).toSorted());
        seen = Math.max(seen, active.length);
      }
      const ever = cluster.history!.of('Job').filter(({ type }) => type === 'ADDED');
      expect([seen, ever.length]).toEqual([most, made]);
    });
  }
});

test('what a client claims of its past at creation counts for nothing: it starts with the next minute', async () => {
  await using cluster = await createCluster({ nodes: 1, startTime: '2026-01-01T00:00:20Z' });
  const claims = cronJob('work', '*/1 * * * ?', LONG, { concurrencyPolicy: 'Forbid' });
  await cluster.client.create('batch/v1', 'CronJob', {
    ...claims,
    metadata: { ...claims.metadata, creationTimestamp: '2025-09-24T00:00:20Z' },
    status: { lastScheduleTime: '2025-09-25T00:00:20Z' },
  });
  await cluster.clock.advance('1m');
  expect(await running(cluster)).toHaveLength(1);
  expect(await reasonsOf(cluster, 'work')).toEqual(['SuccessfulCreate']);
});

test('runs that end well tell of nothing unexpected, and carry the time that they are for', async () => {
  await using cluster = await clusterWith('exit 0');
  await cluster.clock.advance('4m');
  const jobs = await jobsOf(cluster);
  expect(jobs.filter(isFinished).length).toBeGreaterThanOrEqual(2);
  const reasons = await reasonsOf(cluster, 'work');
  expect(reasons).not.toEqual(expect.arrayContaining(['MissingJob']));
  expect(reasons).not.toEqual(expect.arrayContaining(['UnexpectedJob']));
  const times = jobs.map(
    ({ metadata }) => metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'],
  );
  expect(times).toContain('2026-01-01T00:04:00Z');
});

test('a run that somebody deletes is no longer active, and is missed', async () => {
  await using cluster = await clusterWith(LONG, { concurrencyPolicy: 'Forbid' });
  await cluster.clock.advance('1m');
  const [name] = await activeOf(cluster);
  await cluster.client.delete('batch/v1', 'Job', ref(name!), { propagationPolicy: 'Background' });
  await cluster.clock.advance('5s');
  expect(await activeOf(cluster)).toEqual([]);
  await expect(jobNamed(cluster, name!)).rejects.toThrow('not found');
  expect(await reasonsOf(cluster, 'work')).toContain('MissingJob');
});

describe('of its history', () => {
  const cases: Record<string, { command: string; spec: Partial<CronJobSpec> }> = {
    'one success is kept, and no failure': {
      command: 'exit 0',
      spec: { successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0 },
    },
    'one failure is kept, and no success': {
      command: 'exit 1',
      spec: { successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 1 },
    },
  };
  for (const [name, { command, spec }] of Object.entries(cases)) {
    test(name, async () => {
      const { spec: base } = cronJob('work', '* * * * *', command);
      const jobTemplate = { spec: { ...base.jobTemplate.spec!, backoffLimit: 0 } };
      await using cluster = await clusterWith(command, { ...spec, jobTemplate });
      const finished = async (): Promise<readonly Job[]> => (await jobsOf(cluster)).filter(isFinished);
      await cluster.clock.runUntil(async () => (await finished()).length > 0);
      const [first] = await finished();
      await cluster.clock.advance('2m');
      const left = await finished();
      expect(left).toHaveLength(1);
      expect(left[0]!.metadata.uid).not.toBe(first!.metadata.uid);
      const owners = (await podsOf(cluster)).map(({ metadata }) => metadata.labels?.['job-name']);
      expect(owners).not.toContain(first!.metadata.name);
    });
  }
});

test('a job and its pod each have one owner, and go with the CronJob in the foreground', async () => {
  await using cluster = await clusterWith(LONG);
  await cluster.clock.advance('1m');
  const [job] = await jobsOf(cluster);
  expect(job!.metadata.ownerReferences).toMatchObject([{ kind: 'CronJob', name: 'work', controller: true }]);
  const [pod] = await podsOf(cluster);
  expect(pod!.metadata.ownerReferences).toMatchObject([
    { kind: 'Job', name: job!.metadata.name, controller: true },
  ]);
  await cluster.client.delete('batch/v1', 'CronJob', ref('work'), { propagationPolicy: 'Foreground' });
  await cluster.waitFor('cronjob/work', 'deleted');
  expect([await jobsOf(cluster), await podsOf(cluster)]).toEqual([[], []]);
});

const quotaOfJobs = (most: number): ResourceQuota => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'jobs', namespace: 'default' },
  spec: { hard: { 'count/jobs.batch': String(most) } },
});

test('ended runs beyond the limits go though a quota that they fill refuses the next run, which then starts', async () => {
  await using cluster = await createCluster({ nodes: 1, startTime: '2026-01-01T00:00:20Z' });
  await cluster.apply(quotaOfJobs(1));
  await cluster.apply(cronJob('work', '*/1 * * * ?', 'sleep 90', { successfulJobsHistoryLimit: 0 }));
  await cluster.clock.advance('5m');
  expect(startedAt(cluster)).toEqual(['00:01', '00:02', '00:04']);
});

test('a run that has ended is no longer active, and that is told once, though the next cannot start', async () => {
  await using cluster = await clusterWith('sleep 90');
  await cluster.clock.advance('65s');
  await cluster.apply(quotaOfJobs(1));
  await cluster.clock.advance('4m');
  expect(startedAt(cluster)).toEqual(['00:01']);
  expect(await activeOf(cluster)).toEqual([]);
  const { items } = await cluster.client.list('v1', 'Event', { namespace: 'default' });
  expect(items.filter(({ reason }) => reason === 'SawCompletedJob').map(({ count }) => count)).toEqual([1]);
});

test('in the zone of a machine that nobody has set up it runs by UTC', async () => {
  await using cluster = await clusterWith('exit 0', { timeZone: 'Factory' });
  await cluster.clock.advance('1m');
  const [job] = await jobsOf(cluster);
  expect(job!.metadata.annotations).toEqual({
    'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T00:01:00Z',
  });
});

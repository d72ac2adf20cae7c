import { expect, test } from 'vitest';
import { type CreateClusterOptions, createCluster, type TestCluster } from '../../src/index.ts';
import { cronJobs } from '../../src/resources/cronjob/cronJob.ts';
import { cronJob, cronJobNamed, jobsOf, podsOf, startedAt } from './support.ts';

type Spec = Parameters<typeof cronJob>[3];

/** A cluster with a CronJob `tick` that has these annotations. */
async function clusterWith(
  annotations: Record<string, string>,
  schedule: string,
  { command = 'true', spec = {}, ...options }: CreateClusterOptions & { command?: string; spec?: Spec } = {},
) {
  const cluster = await createCluster({ nodes: 1, ...options });
  const tick = cronJob('tick', schedule, command, spec);
  await cluster.apply({ ...tick, metadata: { ...tick.metadata, annotations } } as typeof tick);
  return cluster;
}

const times = (cluster: TestCluster) =>
  cluster
    .history!.of('Job')
    .filter(({ type }) => type === 'ADDED')
    .map(({ time }) => new Date(time).toISOString().slice(11, 19));

test('several schedules make the jobs of all of them, and one job where two meet', async () => {
  await using cluster = await clusterWith({ 'sampan.dev/schedules': '*/20 * * * *; 5 0 * * *' }, '0 * * * *');
  await cluster.clock.advance('2h');
  expect(startedAt(cluster)).toEqual(['00:05', '00:20', '00:40', '01:00', '01:20', '01:40', '02:00']);
});

test('with jitter each run starts within its span, as late again under the same seed, and none is lost', async () => {
  const run = async () => {
    await using cluster = await clusterWith({ 'sampan.dev/jitter': '90s' }, '* * * * *');
    await cluster.clock.advance('20m');
    return { at: times(cluster), of: startedAt(cluster) };
  };
  const { at, of } = await run();
  expect(of.slice(0, 19)).toEqual(
    Array.from({ length: 19 }, (_, n) => `00:${String(n + 1).padStart(2, '0')}`),
  );
  const seconds = at.map((time) => Number(time.slice(6)));
  expect(new Set(seconds).size).toBeGreaterThan(5);
  expect((await run()).at).toEqual(at);
});

test.each([
  ['all', ['00:10', '00:20', '00:30', '00:40', '00:50', '01:00']],
  ['2', ['00:50', '01:00']],
])('with catch-up %s the missed runs are made up for in their order', async (catchUp, runs) => {
  await using cluster = await clusterWith({ 'sampan.dev/catch-up': catchUp }, '*/10 * * * *', {
    command: 'sleep 30',
    spec: { concurrencyPolicy: 'Forbid' },
  });
  cluster.clock.set('2026-01-01T01:05:00Z');
  await cluster.clock.advance('4m59s');
  expect(startedAt(cluster)).toEqual(runs);
});

test.each(['all', '5'])(
  'with catch-up %s those past their deadline are not, and hold up nothing',
  async (catchUp) => {
    await using cluster = await clusterWith({ 'sampan.dev/catch-up': catchUp }, '*/10 * * * *', {
      spec: { startingDeadlineSeconds: 1500 },
    });
    cluster.clock.set('2026-01-01T01:05:00Z');
    await cluster.clock.advance('10m');
    expect(startedAt(cluster)).toEqual(['00:40', '00:50', '01:00', '01:10']);
  },
);

test('the limit of missed runs can be set', async () => {
  await using cluster = await clusterWith({ 'sampan.dev/missed-limit': '1000' }, '* * * * *');
  cluster.clock.set('2026-01-01T10:00:30Z');
  await cluster.clock.advance('1s');
  expect(startedAt(cluster)).toEqual(['10:00']);
  expect(await cluster.eventTable()).not.toContain('TooManyMissedTimes');
});

test('with dst once the hour that comes twice has its run once', async () => {
  await using cluster = await clusterWith({ 'sampan.dev/dst': 'once' }, '30 1 * * *', {
    spec: { timeZone: 'America/New_York' },
    startTime: '2026-11-01T04:00:00Z',
  });
  await cluster.clock.advance('27h');
  expect(times(cluster)).toEqual(['05:30:00', '06:30:00']);
  expect((await cronJobNamed(cluster, 'tick')).status?.lastScheduleTime).toBe('2026-11-02T06:30:00Z');
});

test('the scheduled time stands in a variable', async () => {
  await using cluster = await clusterWith({ 'sampan.dev/scheduled-time-env': 'DUE' }, '0 3 * * *', {
    spec: { timeZone: 'Europe/Berlin' },
  });
  await cluster.clock.advance('3h');
  const [pod] = await podsOf(cluster);
  expect(pod!.spec.containers[0]!.env).toEqual([{ name: 'DUE', value: '2026-01-01T03:00:00+01:00' }]);
});

test('failures are dropped once a later run has succeeded', async () => {
  await using cluster = await clusterWith({ 'sampan.dev/drop-failed-after-success': 'true' }, '0 * * * *', {
    // The first two hours fail.
    command: 'test $(date +%H) -ge 3',
    spec: { failedJobsHistoryLimit: 5 },
  });
  await cluster.client.patch(
    'batch/v1',
    'CronJob',
    { name: 'tick', namespace: 'default' },
    {
      type: 'merge',
      body: { spec: { jobTemplate: { spec: { backoffLimit: 0 } } } },
    },
  );
  await cluster.clock.advance('2h30m');
  expect(await jobsOf(cluster)).toHaveLength(2);
  await cluster.clock.advance('1h');
  expect((await jobsOf(cluster)).map(({ status }) => status?.succeeded)).toEqual([1]);
});

const annotated = (cluster: TestCluster, annotations: Record<string, string>) =>
  cluster.client.patch(
    'batch/v1',
    'CronJob',
    { name: 'tick', namespace: 'default' },
    { type: 'merge', body: { metadata: { annotations } } },
  );

test('run now makes one job for each wish, also of a suspended CronJob and in spite of a restart', async () => {
  await using cluster = await clusterWith({}, '0 0 1 1 *', { spec: { suspend: true } });
  await annotated(cluster, { 'sampan.dev/run-now': 'first' });
  await cluster.clock.advance('10s');
  await cluster.restartControllers();
  await cluster.clock.advance('10s');
  expect((await jobsOf(cluster)).map(({ status }) => status?.succeeded)).toEqual([1]);
  await annotated(cluster, { 'sampan.dev/run-now': 'second' });
  await cluster.clock.advance('10s');
  const jobs = await jobsOf(cluster);
  expect(jobs.map(({ metadata }) => metadata.annotations!['sampan.dev/run-now']).sort()).toEqual([
    'first',
    'second',
  ]);
  expect(await cluster.eventTable()).not.toContain('UnexpectedJob');
});

test('a backfill runs each time of its range once, in order, in spite of a restart, while others go on', async () => {
  await using cluster = await clusterWith({}, '0 * * * *', {
    command: 'sleep 50',
    spec: { concurrencyPolicy: 'Forbid', successfulJobsHistoryLimit: 50 },
  });
  await annotated(cluster, { 'sampan.dev/backfill': '2025-12-30T22:00:00Z/2025-12-31T03:00:00Z' });
  await cluster.clock.advance('100s');
  await cluster.restartControllers();
  await cluster.clock.advance('1h');
  expect(startedAt(cluster)).toEqual(['22:00', '23:00', '00:00', '01:00', '02:00', '01:00']);
  expect(await cluster.eventTable()).toContain('BackfillComplete');
  expect((await cronJobNamed(cluster, 'tick')).status?.lastScheduleTime).toBe('2026-01-01T01:00:00Z');
});

test('an extended schedule may name seconds', async () => {
  await using cluster = await clusterWith({ 'sampan.dev/extended-schedule': 'true' }, '*/20 * * * * *', {
    spec: { successfulJobsHistoryLimit: 50 },
  });
  await cluster.clock.advance('60s');
  expect(times(cluster)).toEqual(['00:00:20', '00:00:40', '00:01:00']);
  await cluster.clock.advance('5s');
  expect((await jobsOf(cluster)).map(({ status }) => status?.succeeded)).toEqual([1, 1, 1]);
});

test('the second Friday and the last day of the month', async () => {
  await using cluster = await clusterWith(
    { 'sampan.dev/extended-schedule': 'true', 'sampan.dev/schedules': '0 12 L * *' },
    '0 9 * * FRI#2',
    // Without nodes, which would give signs of life all the while.
    { nodes: 0, startTime: '2026-02-13T00:00:00Z' },
  );
  await cluster.clock.advance('16d');
  const status = (await cronJobNamed(cluster, 'tick')).status!;
  expect(startedAt(cluster)).toEqual(['09:00', '12:00']);
  expect(status.nextScheduleTime).toBe('2026-03-13T09:00:00Z');
});

test('with on-schedule-edit an edit runs nothing for a time before it', async () => {
  await using cluster = await clusterWith({ 'sampan.dev/on-schedule-edit': 'skip' }, '0 3 * * *');
  await cluster.clock.advance('30m');
  await cluster.client.patch(
    'batch/v1',
    'CronJob',
    { name: 'tick', namespace: 'default' },
    { type: 'merge', body: { spec: { schedule: '15 * * * *' } } },
  );
  await cluster.clock.advance('10m');
  expect(startedAt(cluster)).toEqual([]);
  await cluster.clock.advance('1h');
  expect(startedAt(cluster)).toEqual(['01:15']);
});

test('a malformed annotation is told, and ignored', async () => {
  const annotations = { 'sampan.dev/jitter': 'soon', 'sampan.dev/schedules': '61 * * * *' };
  await using cluster = await clusterWith(annotations, '0 * * * *');
  await cluster.clock.advance('1h');
  expect(times(cluster)).toEqual(['01:00:00']);
  expect(cronJobs.warnings!(await cronJobNamed(cluster, 'tick'), undefined)).toEqual([
    'metadata.annotations[sampan.dev/schedules]: "61 * * * *" is ignored: it must be one or more schedules with ";" between them',
    'metadata.annotations[sampan.dev/jitter]: "soon" is ignored: it must be a duration, "30s" or "5m"',
  ]);
});

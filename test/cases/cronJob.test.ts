import { expect, test } from 'vitest';
import { planCronJob } from '../../src/controllers/cronjob/plan.ts';
import { type CreateClusterOptions, createCluster } from '../../src/index.ts';
import {
  crashAfterWrite,
  cronJob,
  cronJobNamed,
  jobsOf,
  podsOf,
  reasonsOf,
  ref,
  startedAt,
} from './support.ts';

const MINUTE_MS = 60_000;

/** A cluster of one node with a CronJob `tick`. */
async function clusterWith(
  schedule: string,
  command = 'true',
  spec: Parameters<typeof cronJob>[3] = {},
  options: CreateClusterOptions = {},
) {
  const cluster = await createCluster({ nodes: 1, ...options });
  await cluster.apply(cronJob('tick', schedule, command, spec));
  return cluster;
}

const patchTick = (cluster: Awaited<ReturnType<typeof clusterWith>>, body: object) =>
  cluster.client.patch('batch/v1', 'CronJob', ref('tick'), { type: 'merge', body });

test('case 1 (#42649, #45825): more than 100 missed runs are warned of, and the latest still starts', async () => {
  await using cluster = await clusterWith('* * * * *');
  await cluster.clock.advance('5m');
  cluster.clock.set('2026-01-01T03:05:30Z');
  await cluster.clock.advance('1s');
  expect(startedAt(cluster)).toEqual(['00:01', '00:02', '00:03', '00:04', '00:05', '03:05']);
  expect(await reasonsOf(cluster, 'tick')).toContain('TooManyMissedTimes');
});

test('case 2 (#63371, #65457, #123220): a schedule edited so that its last time lies behind the last run starts at once, as upstream does', async () => {
  await using cluster = await clusterWith('0 * * * *');
  await cluster.clock.advanceTo('2026-01-01T01:40:00Z');
  await patchTick(cluster, { spec: { schedule: '30 * * * *' } });
  await cluster.clock.advance('1s');
  expect(startedAt(cluster)).toEqual(['01:00', '01:30']);
  await cluster.clock.advance('1h');
  expect(startedAt(cluster)).toEqual(['01:00', '01:30', '02:30']);
});

const dst: Record<string, { zone: string; schedule: string; from: string; hours: number; runs: string[] }> = {
  'an hour that comes twice has its run twice, as upstream does': {
    zone: 'America/New_York',
    schedule: '30 1 * * *',
    from: '2026-11-01T04:00:00Z',
    hours: 26,
    runs: ['2026-11-01T05:30', '2026-11-01T06:30'],
  },
  'an hour that is left out has no run, as upstream does': {
    zone: 'Europe/Berlin',
    schedule: '30 2 * * *',
    from: '2026-03-28T23:00:00Z',
    hours: 26,
    runs: ['2026-03-30T00:30'],
  },
  'a half-hour zone that falls back keeps to its own minutes': {
    zone: 'Australia/Lord_Howe',
    schedule: '0 4 * * *',
    from: '2026-04-04T00:00:00Z',
    hours: 48,
    runs: ['2026-04-04T17:30', '2026-04-05T17:30'],
  },
  'a half-hour that comes twice has its run twice': {
    zone: 'Australia/Lord_Howe',
    schedule: '45 1 * * *',
    from: '2026-04-04T00:00:00Z',
    hours: 24,
    runs: ['2026-04-04T14:45', '2026-04-04T15:15'],
  },
  'a half-hour that is left out has no run': {
    zone: 'Australia/Lord_Howe',
    schedule: '15 2 * * *',
    from: '2026-10-03T00:00:00Z',
    hours: 48,
    runs: ['2026-10-04T15:15'],
  },
};
for (const [name, { zone, schedule, from, hours, runs }] of Object.entries(dst)) {
  test(`case 3 (#121594): ${name}`, async () => {
    const options = { startTime: from };
    await using cluster = await clusterWith(schedule, 'true', { timeZone: zone }, options);
    await cluster.clock.advance(`${hours}h`);
    const made = cluster.history!.of('Job').filter(({ type }) => type === 'ADDED');
    expect(made.map(({ time }) => new Date(time).toISOString().slice(0, 16))).toEqual(runs);
  });
}

test('case 4 (#114474): a zone that the machine no longer knows is told, and asked for again by nobody', () => {
  const known = cronJob('tick', '* * * * *', 'true', { timeZone: 'Atlantis/Capital' });
  const observed = { cronJob: known, jobs: [], localTimeZone: 'UTC' } as never;
  const { stages, lookAgainAt } = planCronJob(observed, Date.UTC(2026, 0, 1));
  expect(stages.flat()).toEqual([
    {
      kind: 'announce',
      type: 'Warning',
      reason: 'UnknownTimeZone',
      message: 'invalid timeZone: "Atlantis/Capital": unknown time zone Atlantis/Capital',
    },
  ]);
  expect(lookAgainAt).toBeUndefined();
});

test('case 5: a clock that is set back makes nothing run again, one that is set forward only the latest', async () => {
  await using cluster = await clusterWith('*/10 * * * *');
  await cluster.clock.advanceTo('2026-01-01T01:05:00Z');
  cluster.clock.set('2026-01-01T00:15:00Z');
  await cluster.restartControllers();
  await cluster.clock.advanceTo('2026-01-01T01:05:00Z');
  expect(startedAt(cluster)).toEqual(['00:10', '00:20', '00:30', '00:40', '00:50', '01:00']);
  cluster.clock.set('2026-01-01T02:45:00Z');
  await cluster.clock.advance('6m');
  expect(startedAt(cluster).slice(6)).toEqual(['02:40', '02:50']);
});

test('case 6: a date that never comes is never due, and costs nothing', async () => {
  // Over the end of February, where 31 February might be taken for 3 March.
  const options = { startTime: '2026-02-27T00:00:00Z' };
  await using cluster = await clusterWith('0 0 31 2 *', 'true', {}, options);
  const { resourceVersion } = (await cronJobNamed(cluster, 'tick')).metadata;
  await cluster.clock.advance('5d');
  expect(startedAt(cluster)).toEqual([]);
  expect((await cronJobNamed(cluster, 'tick')).metadata.resourceVersion).toBe(resourceVersion);
});

test('case 7 (#118706): an uneven schedule waits for its next time instead of looping', async () => {
  // A Friday.
  const options = { startTime: '2026-01-02T05:00:00Z' };
  await using cluster = await clusterWith('30 6-16/4 * * 1-5', 'true', {}, options);
  const writes = countWrites(cluster);
  await cluster.clock.advance('72h');
  expect(startedAt(cluster)).toEqual(['06:30', '10:30', '14:30']);
  // Three runs, each with its writes and its place in the history: a loop would have made thousands.
  expect(writes()).toBeLessThan(60);
});

test('case 7 (#118706): a run that is held back over days of an uneven schedule is looked at when its next time comes, and not in between', async () => {
  // A Friday: its first run goes on until Tuesday.
  const options = { startTime: '2026-01-02T05:00:00Z' };
  const forbid = { concurrencyPolicy: 'Forbid' };
  await using cluster = await clusterWith('30 6-16/4 * * 1-5', 'sleep 340000', forbid, options);
  await cluster.clock.advance('100h');
  expect(startedAt(cluster)).toEqual(['06:30', '14:30']);
  const isHeldBack = ({ type, object }: { type: string; object: unknown }) =>
    type !== 'DELETED' && (object as { reason?: string }).reason === 'JobAlreadyActive';
  const heldBack = cluster.history!.of('Event').filter(isHeldBack).length;
  // Each time that comes, and each change of the running job, is one look.
  expect(heldBack).toBeGreaterThan(0);
  expect(heldBack).toBeLessThan(20);
});

test('case 8 (#104012): @every keeps its beat when the controllers start anew', async () => {
  await using cluster = await clusterWith('@every 7m');
  for (let times = 0; times < 6; times++) {
    await cluster.clock.advance('5m');
    await cluster.restartControllers();
  }
  const made = cluster.history!.of('Job').filter(({ type }) => type === 'ADDED');
  expect(made.map(({ time }) => (time - Date.UTC(2026, 0, 1)) / MINUTE_MS)).toEqual([7, 14, 21, 28]);
});

test('case 9 (PR#120649): a crash between the making of a job and the note of it makes no second job and loses none', async () => {
  await using cluster = await clusterWith('* * * * *', 'sleep 5');
  await crashAfterWrite(cluster, ({ verb, plural }) => verb === 'create' && plural === 'jobs');
  await cluster.clock.advance('90s');
  expect(startedAt(cluster)).toEqual(['00:01', '00:02']);
  const { status } = await cronJobNamed(cluster, 'tick');
  expect(status).toMatchObject({
    lastScheduleTime: '2026-01-01T00:02:00Z',
    lastSuccessfulTime: '2026-01-01T00:02:05Z',
  });
});

test('case 10 (#37957, #82753, #103607, #109287): a job that vanished unseen does not stay among the active', async () => {
  await using cluster = await clusterWith('0 * * * *', 'sleep 1000000', { concurrencyPolicy: 'Forbid' });
  await cluster.clock.advanceTo('2026-01-01T01:00:10Z');
  const [running] = await jobsOf(cluster);
  cluster.controllerLink.cut();
  await cluster.client.delete('batch/v1', 'Job', ref(running!.metadata.name!), {
    propagationPolicy: 'Background',
  });
  await cluster.restartControllers();
  await cluster.clock.advance('1s');
  expect((await cronJobNamed(cluster, 'tick')).status?.active).toBeUndefined();
  expect(await reasonsOf(cluster, 'tick')).toContain('MissingJob');
  await cluster.clock.advanceTo('2026-01-01T02:00:10Z');
  expect(startedAt(cluster)).toEqual(['01:00', '02:00']);
});

test('case 11 (#127678, #62772): no run comes early or twice, whoever is in charge at the full minute', async () => {
  await using cluster = await clusterWith('* * * * *');
  for (let minute = 1; minute <= 10; minute++) {
    // Early enough for the new ones to look before the minute, too.
    await cluster.clock.advanceTo(Date.UTC(2026, 0, 1, 0, minute) - 500);
    await cluster.restartControllers();
    await cluster.clock.advance(500);
    await cluster.restartControllers();
  }
  await cluster.clock.advance('30s');
  const made = cluster.history!.of('Job').filter(({ type }) => type === 'ADDED');
  expect(made.map(({ time }) => (time - Date.UTC(2026, 0, 1)) / MINUTE_MS)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
});

test('case 12 (#58748): under Forbid a run that was held back starts when its predecessor ends', async () => {
  await using cluster = await clusterWith('*/2 * * * *', 'sleep 150', { concurrencyPolicy: 'Forbid' });
  await cluster.clock.advanceTo('2026-01-01T00:04:31Z');
  const made = cluster.history!.of('Job').filter(({ type }) => type === 'ADDED');
  expect(made.map(({ time }) => new Date(time).toISOString().slice(11, 19))).toEqual([
    '00:02:00',
    '00:04:30',
  ]);
  expect(startedAt(cluster)).toEqual(['00:02', '00:04']);
  expect(await reasonsOf(cluster, 'tick')).toContain('JobAlreadyActive');
});

test('case 12 (#58748): an image that cannot be pulled holds back the next runs under Forbid, as upstream does', async () => {
  await using cluster = await clusterWith(
    '* * * * *',
    'true',
    { concurrencyPolicy: 'Forbid' },
    { unpullableImages: /busybox/ },
  );
  await cluster.clock.advance('10m');
  expect(startedAt(cluster)).toEqual(['00:01']);
  expect((await cronJobNamed(cluster, 'tick')).status?.active).toHaveLength(1);
});

test('case 13 (#30442): what Replace takes away leaves no pod behind', async () => {
  await using cluster = await clusterWith('* * * * *', 'sleep 1000000', { concurrencyPolicy: 'Replace' });
  await cluster.clock.advance('5m10s');
  expect(startedAt(cluster)).toEqual(['00:01', '00:02', '00:03', '00:04', '00:05']);
  expect(await jobsOf(cluster)).toHaveLength(1);
  const pods = await podsOf(cluster);
  expect(pods.map(({ metadata }) => metadata.labels?.['batch.kubernetes.io/job-name'])).toEqual([
    (await jobsOf(cluster))[0]!.metadata.name,
  ]);
});

test('case 14 (#53331): history is kept to its limits, of successes and of failures, and the oldest go first', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  const limits = { successfulJobsHistoryLimit: 2, failedJobsHistoryLimit: 1 };
  await cluster.apply([
    cronJob('good', '* * * * *', 'true', limits),
    cronJob('bad', '* * * * *', 'exit 1', {
      ...limits,
      jobTemplate: {
        spec: { backoffLimit: 0, template: cronJob('', '', 'exit 1').spec.jobTemplate.spec!.template },
      },
    }),
    cronJob('none', '* * * * *', 'true', { successfulJobsHistoryLimit: 0 }),
  ]);
  await cluster.clock.advance('10m30s');
  const names = (await jobsOf(cluster)).map(({ metadata }) => metadata.name);
  const minute = (at: number) => Date.UTC(2026, 0, 1, 0, at) / MINUTE_MS;
  expect(names).toEqual([`bad-${minute(10)}`, `good-${minute(9)}`, `good-${minute(10)}`]);
  expect(await podsOf(cluster)).toHaveLength(3);
});

test('case 15 (#90801, #94328, #128881): a thousand CronJobs of one minute all start at that minute', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  await cluster.apply(Array.from({ length: 1000 }, (_, n) => cronJob(`tick-${n}`, '*/5 * * * *', 'true')));
  await cluster.clock.advanceTo('2026-01-01T00:05:00Z');
  const made = cluster.history!.of('Job').filter(({ type }) => type === 'ADDED');
  expect(made).toHaveLength(1000);
  expect(new Set(made.map(({ time }) => time))).toEqual(new Set([Date.UTC(2026, 0, 1, 0, 5)]));
  expect(cluster.errors).toEqual([]);
});

test('case 15 (#90801): twenty thousand that were due are each found in one look, however long they slept', () => {
  const year = 365 * 86_400_000;
  const created = Date.UTC(2026, 0, 1);
  for (let n = 0; n < 20_000; n++) {
    const asleep = cronJob(`tick-${n}`, '* * * * *', 'true');
    asleep.metadata = { ...asleep.metadata, creationTimestamp: new Date(created).toISOString() };
    const plan = planCronJob({ cronJob: asleep, jobs: [], localTimeZone: 'UTC' } as never, created + year);
    if (n === 0) {
      const starts = plan.stages.flat().filter(({ kind }) => kind === 'startJob');
      expect(starts).toMatchObject([{ scheduledTime: created + year }]);
    }
  }
});

/** Counts what the controllers write from now on, but for the tidying away of old events. */
function countWrites(cluster: Awaited<ReturnType<typeof clusterWith>>): () => number {
  let count = 0;
  cluster.controllerLink.interceptor = {
    before: ({ verb, plural }) => {
      if (verb !== 'list' && verb !== 'get' && plural !== 'events') count++;
    },
  };
  return () => count;
}

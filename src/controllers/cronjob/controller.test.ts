import { expect, test } from 'vitest';
import type { CronJob, CronJobSpec } from '../../generated/types.ts';
import { CronJobs, Jobs } from '../../resources/kinds.ts';
import { JobController } from '../job/controller.ts';
import { type Controllers, endOfEachCrash, TestCluster } from '../testing/cluster.ts';
import { CronJobController } from './controller.ts';

const controllers: Controllers = (context, run) => {
  run(new CronJobController(context, 'UTC'));
  run(new JobController(context));
};
const ref = { name: 'cron', namespace: 'default' };

const aNewCronJob = (spec: Partial<CronJobSpec> = {}): CronJob => ({
  metadata: { name: 'cron', namespace: 'default' },
  spec: {
    schedule: '*/2 * * * *',
    jobTemplate: {
      spec: {
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } },
      },
    },
    ...spec,
  } as CronJobSpec,
});
const tenSeconds = () => ({ endsAfterSeconds: 10 });
const jobNames = async ({ client }: TestCluster) =>
  (await client.list(Jobs)).items.map(({ metadata }) => metadata.name);

/** The virtual clock starts at midnight, so that runs are due two minutes apart from there. */
const runAt = (minutes: number) => `cron-${Date.UTC(2026, 0, 1) / 60_000 + minutes}`;

test('a job each even minute, named by it; three are kept', async () => {
  const cluster = await TestCluster.start(tenSeconds);
  await cluster.run(controllers);
  await cluster.client.create(CronJobs, aNewCronJob());
  await cluster.clock.advance(121_000);
  expect((await cluster.client.get(CronJobs, ref)).status?.active?.map(({ name }) => name)).toEqual([
    runAt(2),
  ]);
  await cluster.clock.advance(10.5 * 60_000);
  expect(await jobNames(cluster)).toEqual([runAt(8), runAt(10), runAt(12)]);
  const events = await cluster.events();
  for (const told of [
    `SuccessfulCreate: Created job ${runAt(2)}`,
    `SuccessfulDelete: Deleted job ${runAt(2)}`,
  ])
    expect(events).toContain(told);
  expect(events).toContain(`SawCompletedJob: Saw completed job: ${runAt(2)}, condition: Complete`);
});

test('a job of somebody else that has the name of a run takes its place', async () => {
  const cluster = await TestCluster.start(tenSeconds);
  await cluster.run(controllers);
  const { spec } = aNewCronJob().spec!.jobTemplate;
  await cluster.client.create(Jobs, { metadata: { name: runAt(2), namespace: 'default' }, spec: spec! });
  await cluster.client.create(CronJobs, aNewCronJob());
  await cluster.clock.advance(5 * 60_000);
  expect(await jobNames(cluster)).toEqual([runAt(2), runAt(4)]);
  const told = (await cluster.events()).filter((event) => event.startsWith('FailedCreate'));
  expect(told).toEqual([`FailedCreate: Error creating job: jobs.batch "${runAt(2)}" already exists`]);
});

for (const concurrencyPolicy of ['Allow', 'Forbid', 'Replace']) {
  test(`with ${concurrencyPolicy}, the runs are the same after whichever write the controllers fall`, async () => {
    const ends = await endOfEachCrash(
      tenSeconds,
      controllers,
      async (cluster) => {
        await cluster.client.create(CronJobs, aNewCronJob({ concurrencyPolicy }));
        await cluster.clock.advance(6.5 * 60_000);
      },
      async (cluster) => ({
        jobs: await jobNames(cluster),
        active: (await cluster.client.get(CronJobs, ref)).status?.active,
        lastScheduleTime: (await cluster.client.get(CronJobs, ref)).status?.lastScheduleTime,
      }),
    );
    expect(ends.length).toBeGreaterThan(10);
    for (const end of ends) {
      expect(end).toEqual({
        jobs: [runAt(2), runAt(4), runAt(6)],
        active: undefined,
        lastScheduleTime: '2026-01-01T00:06:00Z',
      });
    }
  });
}

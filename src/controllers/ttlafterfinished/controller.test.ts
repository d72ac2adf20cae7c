import { expect, test } from 'vitest';
import type { JobSpec } from '../../generated/types.ts';
import { Jobs } from '../../resources/kinds.ts';
import { type Metrics, noMetrics } from '../framework/metrics.ts';
import { JobController } from '../job/controller.ts';
import { type Controllers, TestCluster } from '../testing/cluster.ts';
import { TtlAfterFinishedController } from './controller.ts';

const controllers: Controllers = (context, run) => {
  run(new JobController(context));
  run(new TtlAfterFinishedController(context));
};

async function isLeft(
  ttlSecondsAfterFinished: number | undefined,
  afterSeconds: number,
  metrics: Metrics = noMetrics,
): Promise<boolean> {
  const cluster = await TestCluster.start(() => ({ endsAfterSeconds: 10 }));
  await cluster.run(controllers, { metrics });
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } };
  const spec = { template, ...(ttlSecondsAfterFinished !== undefined && { ttlSecondsAfterFinished }) };
  await cluster.client.create(Jobs, {
    metadata: { name: 'job', namespace: 'default' },
    spec: spec as JobSpec,
  });
  await cluster.clock.advance(afterSeconds * 1000);
  const [job] = (await cluster.client.list(Jobs)).items;
  return job !== undefined && job.metadata.deletionTimestamp === undefined;
}

test('a job that has finished stays for its time', async () => expect(await isLeft(30, 39)).toBe(true));
test('and goes then', async () => expect(await isLeft(30, 42)).toBe(false));
test('with 0 it goes at once', async () => expect(await isLeft(0, 12)).toBe(false));
test('one that still runs stays', async () => expect(await isLeft(0, 9)).toBe(true));
test('without a time it stays', async () => expect(await isLeft(undefined, 1_000)).toBe(true));

test('how late it goes is measured, under upstream’s name', async () => {
  const measured: [name: string, seconds: number][] = [];
  const observe: Metrics['observe'] = (name, _labels, value) => {
    if (name.startsWith('ttl_after_finished')) measured.push([name, value]);
  };
  await isLeft(30, 50, { ...noMetrics, observe });
  expect(measured).toEqual([['ttl_after_finished_controller_job_deletion_duration_seconds', 0]]);
});

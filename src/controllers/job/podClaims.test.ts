import { expect, test } from 'vitest';
import type { Job, JobSpec, Pod } from '../../generated/types.ts';
import { Jobs, Pods } from '../../resources/kinds.ts';
import { type Controllers, TestCluster } from '../testing/cluster.ts';
import { JobController } from './controller.ts';
import { isTracked } from './jobFacts.ts';

const controllers: Controllers = (context, run) => run(new JobController(context));
const ref = { name: 'job', namespace: 'default' };

/** A job of one pod at a time, each of which ends after ten seconds. */
async function startJob(exitCode: number, runsForMs: number): Promise<TestCluster> {
  const cluster = await TestCluster.start(() => ({ endsAfterSeconds: 10, exitCode }));
  await cluster.run(controllers);
  const spec = {
    completions: 3,
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } },
  } as JobSpec;
  const job: Job = { metadata: ref, spec };
  await cluster.client.create(Jobs, job);
  await cluster.clock.advance(runsForMs);
  return cluster;
}

const oldest = async ({ client }: TestCluster): Promise<Pod> =>
  (await client.list(Pods)).items.toSorted((a, b) =>
    a.metadata.creationTimestamp! < b.metadata.creationTimestamp! ? -1 : 1,
  )[0]!;

const setParallelism = ({ client }: TestCluster, parallelism: number) =>
  client.patch(Jobs, ref, { type: 'merge', body: { spec: { parallelism } } });

/** Takes the labels of the pod, and gives them back after so long; resolves to what the job counts then. */
async function lendOut(cluster: TestCluster, { metadata }: Pod, lastsMs: number) {
  const { client, clock } = cluster;
  const setLabels = (labels: object | null) =>
    client.patch(
      Pods,
      { name: metadata.name!, namespace: 'default' },
      { type: 'merge', body: { metadata: { labels } } },
    );
  await setLabels(null);
  await clock.advance(lastsMs);
  const taken = await oldest(cluster);
  expect([taken.metadata.ownerReferences ?? [], isTracked(taken)]).toEqual([[], false]);
  await setLabels(metadata.labels!);
  await clock.advance(1_000);
  expect((await oldest(cluster)).metadata.ownerReferences?.[0]?.name).toBe('job');
  return (await client.get(Jobs, ref)).status;
}

test.each([
  { how: 'succeeded', exitCode: 0 },
  { how: 'failed', exitCode: 1 },
])(
  'a pod that $how and was taken from its job after that is not counted again when it comes back',
  async ({ how, exitCode }) => {
    const cluster = await startJob(exitCode, 11_000);
    await setParallelism(cluster, 0);
    await cluster.clock.advance(1_000);
    expect(await lendOut(cluster, await oldest(cluster), 5_000)).toMatchObject({ [how]: 1 });
  },
);

test('one that succeeds while it is away is counted when it comes back', async () => {
  const cluster = await startJob(0, 5_000);
  expect(await lendOut(cluster, await oldest(cluster), 7_000)).toMatchObject({ succeeded: 1 });
});

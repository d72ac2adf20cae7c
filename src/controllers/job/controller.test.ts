import { expect, test } from 'vitest';
import type { Client } from '../../client/client.ts';
import type { Job, JobSpec } from '../../generated/types.ts';
import { Jobs, Pods } from '../../resources/kinds.ts';
import { type Controllers, endOfEachCrash, TestCluster } from '../testing/cluster.ts';
import { JobController } from './controller.ts';
import { isTracked, TRACKING_FINALIZER } from './jobFacts.ts';

const controllers: Controllers = (context, run) => run(new JobController(context));

const aNewJob = (spec: Partial<JobSpec>): Job => ({
  metadata: { name: 'job', namespace: 'default' },
  spec: {
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } },
    ...spec,
  } as JobSpec,
});
const ref = { name: 'job', namespace: 'default' };
const pods = async (client: Client) => (await client.list(Pods)).items;

/** Ten seconds each; every third pod fails. */
function everyThirdFails() {
  let started = 0;
  return () => ({ endsAfterSeconds: 10, exitCode: ++started % 3 === 0 ? 1 : 0 });
}
const tenSeconds = () => ({ endsAfterSeconds: 10 });

async function endOf(cluster: TestCluster) {
  const { status = {} } = await cluster.client.get(Jobs, ref);
  const { succeeded, failed, active, terminating, uncountedTerminatedPods, completedIndexes } = status;
  return {
    conditions: status.conditions?.map(({ type, status }) => `${type}=${status}`),
    succeeded,
    failed,
    active,
    terminating,
    uncountedTerminatedPods,
    completedIndexes,
    tracked: (await pods(cluster.client)).filter(isTracked).length,
  };
}

test.each([
  { title: 'a pod that failed is made again after ten seconds', setBackMs: 0 },
  { title: 'also when the hour is set back by two minutes meanwhile', setBackMs: 120_000 },
  { title: 'or by a day', setBackMs: 86_400_000 },
])('$title', async ({ setBackMs }) => {
  const cluster = await TestCluster.start(() => ({ endsAfterSeconds: 10, exitCode: 1 }));
  const { client, clock } = cluster;
  await cluster.run(controllers);
  await client.create(Jobs, aNewJob({ backoffLimit: 1 }));
  await clock.advance(15_000);
  expect((await pods(client)).map(({ status }) => status?.phase)).toEqual(['Failed']);
  clock.set(clock.now() - setBackMs);
  await clock.advance(3_000);
  expect((await pods(client)).length).toBe(1);
  await clock.advance(3_000);
  expect((await pods(client)).length).toBe(2);
});

test('six completions, two at once: two pods while work is left, six in all', async () => {
  const cluster = await TestCluster.start(tenSeconds);
  await cluster.run(controllers);
  await cluster.client.create(Jobs, aNewJob({ completions: 6, parallelism: 2 }));
  const running: number[] = [];
  for (let second = 0; second < 32; second++) {
    await cluster.clock.advance(1000);
    running.push((await pods(cluster.client)).filter(({ status }) => status?.phase === 'Running').length);
  }
  expect(Math.max(...running)).toBe(2);
  expect(running.slice(1, 28).filter((count) => count < 2)).toEqual([]);
  expect(await endOf(cluster)).toMatchObject({
    conditions: ['SuccessCriteriaMet=True', 'Complete=True'],
    succeeded: 6,
  });
  expect(await cluster.events()).toContain('Completed: Job completed');
});

test('a job that fails tries again with growing waits, until the limit', async () => {
  const cluster = await TestCluster.start(() => ({ endsAfterSeconds: 0, exitCode: 1 }));
  await cluster.run(controllers);
  await cluster.client.create(Jobs, aNewJob({ backoffLimit: 3 }));
  await cluster.clock.advance(200_000);
  const started = (await pods(cluster.client)).map((pod) => Date.parse(pod.metadata.creationTimestamp!));
  const waits = started.toSorted((a, b) => a - b).map((time, _, all) => (time - all[0]!) / 1000);
  expect(waits).toEqual([0, 10, 30, 70]);
  expect(await endOf(cluster)).toMatchObject({
    conditions: ['FailureTarget=True', 'Failed=True'],
    failed: 4,
  });
});

test('a suspended job gives up its pods uncounted, and goes on when resumed', async () => {
  const cluster = await TestCluster.start(tenSeconds);
  await cluster.run(controllers);
  await cluster.client.create(Jobs, aNewJob({ completions: 2, parallelism: 2 }));
  await cluster.clock.advance(5_000);
  const suspend = (suspended: boolean) =>
    cluster.client.patch(Jobs, ref, { type: 'merge', body: { spec: { suspend: suspended } } });
  await suspend(true);
  await cluster.clock.advance(40_000);
  expect(await pods(cluster.client)).toEqual([]);
  expect((await cluster.client.get(Jobs, ref)).status?.startTime).toBeUndefined();
  await suspend(false);
  await cluster.clock.advance(60_000);
  expect(await endOf(cluster)).toMatchObject({ succeeded: 2, failed: undefined, tracked: 0 });
});

const otherOwners = {
  'a Job of another group': { apiVersion: 'batch.example.com/v1', kind: 'Job' },
  'another kind': { apiVersion: 'example.com/v1', kind: 'Training' },
};
for (const [name, kind] of Object.entries(otherOwners)) {
  test(`a pod that ${name} controls keeps the finalizer: it is not ours to count`, async () => {
    const cluster = await TestCluster.start(() => ({}));
    await cluster.run(controllers);
    const owner = { ...kind, name: 'job', uid: 'other', controller: true };
    await cluster.client.create(Pods, {
      metadata: {
        name: 'theirs',
        namespace: 'default',
        finalizers: [TRACKING_FINALIZER],
        ownerReferences: [owner],
      },
      spec: { containers: [{ name: 'main', image: 'busybox' }] },
    });
    await cluster.clock.advance(10_000);
    expect((await pods(cluster.client)).map(isTracked)).toEqual([true]);
  });
}

test('pods that are orphaned lose the finalizer (case 16)', async () => {
  const cluster = await TestCluster.start();
  await cluster.run(controllers);
  await cluster.client.create(Jobs, aNewJob({}));
  await cluster.clock.advance(1_000);
  const [pod] = await pods(cluster.client);
  const body = { metadata: { ownerReferences: null, labels: null } };
  const podRef = { name: pod!.metadata.name!, namespace: 'default' };
  await cluster.client.patch(Pods, podRef, { type: 'merge', body });
  await cluster.clock.advance(1_000);
  const orphan = (await pods(cluster.client)).find(({ metadata }) => metadata.uid === pod!.metadata.uid);
  expect(isTracked(orphan!)).toBe(false);
});

const crashes: Record<string, { spec: Partial<JobSpec>; lifeOf: () => { endsAfterSeconds: number } }> = {
  'a job of three pods': { spec: { completions: 3, parallelism: 2 }, lifeOf: tenSeconds },
  'a job of indexes': {
    spec: { completions: 3, parallelism: 2, completionMode: 'Indexed' },
    lifeOf: tenSeconds,
  },
};
for (const [name, { spec, lifeOf }] of Object.entries(crashes)) {
  test(`${name} ends the same, after whichever write the controller falls`, async () => {
    const story = async (cluster: TestCluster) => {
      await cluster.client.create(Jobs, aNewJob(spec));
      await cluster.clock.advance(300_000);
    };
    const ends = await endOfEachCrash(lifeOf, controllers, story, endOf);
    expect(ends.length).toBeGreaterThan(10);
    for (const end of ends) expect(end).toEqual(ends.at(-1));
  });
}

test('failures are counted once, after whichever write the controller falls', async () => {
  const story = async (cluster: TestCluster) => {
    await cluster.client.create(Jobs, aNewJob({ completions: 4, parallelism: 2 }));
    await cluster.clock.advance(300_000);
  };
  let lifeOf = everyThirdFails();
  const ends = await endOfEachCrash(
    () => lifeOf(),
    controllers,
    async (cluster) => {
      lifeOf = everyThirdFails();
      await story(cluster);
    },
    async (cluster) => {
      const { succeeded, failed, tracked, conditions } = await endOf(cluster);
      const phases = (await pods(cluster.client)).map(({ status }) => status?.phase);
      return {
        succeeded,
        tracked,
        conditions,
        isRight: failed === phases.filter((phase) => phase === 'Failed').length,
      };
    },
  );
  for (const end of ends) expect(end).toEqual({ ...ends.at(-1), isRight: true });
});

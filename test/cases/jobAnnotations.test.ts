import { expect, test } from 'vitest';
import type { Job, JobSpec, Pod } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { conditionsOf, job, jobNamed, podsOf, reasonsOf, ref, template } from './support.ts';

const annotated = (
  annotations: Record<string, string>,
  command: string,
  spec: Partial<JobSpec> = {},
): Job => {
  const made = job('work', command, spec);
  return { ...made, metadata: { ...made.metadata, annotations } };
};
const isOver = async (cluster: TestCluster) =>
  conditionsOf(await jobNamed(cluster, 'work')).some((type) => type === 'Complete' || type === 'Failed');

/** When the pods of the job were made, in seconds since the first. */
async function startsOf(cluster: TestCluster): Promise<number[]> {
  const times = (await podsOf(cluster)).map((pod: Pod) => Date.parse(pod.metadata.creationTimestamp ?? ''));
  return times.sort((a, b) => a - b).map((time) => (time - Math.min(...times)) / 1000);
}

test('sampan.dev/retry-delay (#94012, #114651): pods are tried again after the time that the job names', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(annotated({ 'sampan.dev/retry-delay': '60s' }, 'exit 1', { backoffLimit: 2 }));
  await cluster.clock.runUntil(() => isOver(cluster));
  const [first, second, third] = await startsOf(cluster);
  expect(second! - first!).toBeGreaterThanOrEqual(60);
  expect(third! - second!).toBeGreaterThanOrEqual(60);
  expect(third!).toBeLessThan(130);
});

test('sampan.dev/fail-on-image-pull-error (#122300): a job whose image nobody has fails', async () => {
  await using cluster = await createCluster({ nodes: 1, unpullableImages: /^nowhere\// });
  await cluster.apply(
    annotated({ 'sampan.dev/fail-on-image-pull-error': '2m' }, '', {
      template: template('', { containers: [{ name: 'main', image: 'nowhere/missing:1' }] }),
    }),
  );
  await cluster.clock.advance('110s');
  expect(await isOver(cluster)).toBe(false);
  await cluster.clock.advance('60s');
  expect(await isOver(cluster)).toBe(true);
  expect(await reasonsOf(cluster, 'work')).toContain('ImagePullError');
});

for (const [annotations, kept] of [
  [{}, []],
  [{ 'sampan.dev/keep-failed-pods': 'true' }, ['Failed']],
] as const) {
  test(`sampan.dev/keep-failed-pods (#74848): ${kept.length} pods are left of a job that restarted too often ${kept.length === 0 ? 'without it, as upstream does' : 'with it'}`, async () => {
    await using cluster = await createCluster({ nodes: 1 });
    await cluster.apply(
      annotated(annotations, '', {
        backoffLimit: 2,
        template: template('echo why; sleep 1; exit 3', { restartPolicy: 'OnFailure' }),
      }),
    );
    await cluster.clock.runUntil(() => isOver(cluster));
    const work = await jobNamed(cluster, 'work');
    expect(conditionsOf(work)).toContain('Failed');
    expect(work.status?.failed).toBe(1);
    expect((await podsOf(cluster)).map(({ status }) => status?.phase)).toEqual(kept);
  });
}

test('sampan.dev/rerun (#80207): a job that failed is run again, once for each number', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(job('work', 'exit 1', { backoffLimit: 0 }));
  await cluster.clock.runUntil(() => isOver(cluster));
  const names = async () =>
    (await cluster.client.list('batch/v1', 'Job', { namespace: 'default' })).items
      .map(({ metadata }) => metadata.name)
      .sort();
  const askFor = (rerun: string) =>
    cluster.client.patch('batch/v1', 'Job', ref('work'), {
      type: 'merge',
      body: { metadata: { annotations: { 'sampan.dev/rerun': rerun } } },
    });
  await askFor('1');
  await cluster.clock.advance('1m');
  expect(await names()).toEqual(['work', 'work-rerun-1']);
  expect(conditionsOf(await jobNamed(cluster, 'work-rerun-1'))).toContain('Failed');
  await cluster.client.delete('batch/v1', 'Job', ref('work-rerun-1'), { propagationPolicy: 'Background' });
  await cluster.clock.advance('1m');
  expect(await names()).toEqual(['work']);
  await askFor('2');
  await cluster.clock.advance('1m');
  expect(await names()).toEqual(['work', 'work-rerun-2']);
});

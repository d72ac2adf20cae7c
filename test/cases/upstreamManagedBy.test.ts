import { describe, expect, test } from 'vitest';
import { createCluster } from '../../src/index.ts';
import { endPods, isHeld, untilCounts } from './podsByHand.ts';
import { job, jobNamed, podsOf, ref, template } from './support.ts';

// What upstream's integration tests assert of Jobs that another controller is to look after.

const withoutNodes = () => createCluster({ nodes: 0 });

describe('a job that somebody else manages', () => {
  for (const suspend of [false, true]) {
    test(`is left alone (${suspend ? 'suspended' : 'not suspended'})`, async () => {
      await using cluster = await withoutNodes();
      await cluster.apply(job('work', 'true', { managedBy: 'example.com/controller', suspend }));
      await cluster.clock.advance('1m');
      expect((await jobNamed(cluster, 'work')).status ?? {}).toEqual({});
      expect(await podsOf(cluster)).toEqual([]);
    });
  }

  test('with the name of the built-in controller is run', async () => {
    await using cluster = await withoutNodes();
    await cluster.apply(job('work', 'true', { managedBy: 'kubernetes.io/job-controller' }));
    await untilCounts(cluster, 'work', { active: 1 });
  });

  test('keeps its pods, also those with the finalizer, when the other controller ends it', async () => {
    await using cluster = await withoutNodes();
    await cluster.apply(job('work', 'true', { managedBy: 'example.com/controller' }));
    const work = await jobNamed(cluster, 'work');
    const owner = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      name: 'work',
      uid: work.metadata.uid!,
      controller: true,
    };
    await cluster.client.create('v1', 'Pod', {
      metadata: {
        name: 'mine',
        namespace: 'default',
        labels: work.spec.template.metadata!.labels!,
        finalizers: ['batch.kubernetes.io/job-tracking'],
        ownerReferences: [owner],
      },
      spec: template('true').spec!,
    });
    await endPods(cluster, 'Succeeded', { count: 1 });
    const startTime = new Date(cluster.clock.now()).toISOString();
    const conditions = [{ type: 'SuccessCriteriaMet', status: 'True' }];
    const body = { status: { startTime, conditions } };
    await cluster.client.patch(
      'batch/v1',
      'Job',
      ref('work'),
      { type: 'merge', body },
      { subresource: 'status' },
    );
    await cluster.clock.advance('1m');
    expect((await podsOf(cluster)).filter(isHeld)).toHaveLength(1);
  });

  test('made under the name of one that was not, while its last look was still due, is left alone', async () => {
    await using cluster = await withoutNodes();
    await cluster.apply(job('work', 'true'));
    await untilCounts(cluster, 'work', { active: 1 });
    await endPods(cluster, 'Succeeded', { count: 1 });
    await cluster.client.delete('batch/v1', 'Job', ref('work'), { propagationPolicy: 'Background' });
    await cluster.client.create(
      'batch/v1',
      'Job',
      job('work', 'true', { managedBy: 'example.com/controller' }),
    );
    await cluster.clock.advance('1m');
    expect((await jobNamed(cluster, 'work')).status ?? {}).toEqual({});
  });
});

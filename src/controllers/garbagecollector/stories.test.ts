import { expect, test } from 'vitest';
import { cronJob, job, ref } from '../../../test/cases/support.ts';
import { createCluster } from '../../index.ts';

test.each([
  {
    apiVersion: 'batch/v1beta1',
    title: 'an owner may be named by an older version that is served',
    left: [],
  },
  { apiVersion: 'batch/v2', title: 'a version that is not served says nothing', left: ['once'] },
])('$title', async ({ apiVersion, left }) => {
  await using cluster = await createCluster();
  await cluster.apply(cronJob('nightly', '0 0 1 1 *', 'exit 0'));
  const owner = await cluster.client.get('batch/v1', 'CronJob', ref('nightly'));
  const reference = { apiVersion, kind: 'CronJob', name: 'nightly', uid: owner.metadata.uid! };
  const once = job('once', 'exit 0');
  await cluster.apply({ ...once, metadata: { ...once.metadata, ownerReferences: [reference] } });
  await cluster.clock.advance('1m');
  await cluster.client.delete('batch/v1', 'CronJob', ref('nightly'));
  await cluster.clock.advance('1m');
  const { items } = await cluster.client.list('batch/v1', 'Job', { namespace: 'default' });
  expect(items.map(({ metadata }) => metadata.name)).toEqual(left);
});

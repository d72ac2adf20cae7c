import { expect, test } from 'vitest';
import { StatusError } from '../apimachinery/errors.ts';
import type { Job, Pod } from '../generated/types.ts';
import { isReady } from '../resources/conditions.ts';
import { isFinished } from '../resources/job/jobConditions.ts';
import { Jobs, Nodes, Pods } from '../resources/kinds.ts';
import { createCluster } from './createCluster.ts';
import type { TestCluster } from './testCluster.ts';

const job: Job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'work', namespace: 'default' },
  spec: {
    template: {
      metadata: { annotations: { 'sampan.dev/run-time': '5' } },
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] },
    },
  },
};

const podsOf = async (cluster: TestCluster): Promise<readonly Pod[]> =>
  (await cluster.client.list(Pods, { namespace: 'default' })).items;

/** Throws for so many writes of that verb and collection, after the first few. */
const refusing = (verb: string, plural: string, times: number, error: StatusError, after = 0) => ({
  before: (request: { verb: string; plural: string }) => {
    if (request.verb === verb && request.plural === plural && after-- <= 0 && times-- > 0) throw error;
  },
});

test('a node becomes ready though the API refused to hear so at first', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.nodes.crash('node01');
  await cluster.clock.advance('2m');
  const overloaded = new StatusError('ServiceUnavailable', 'overloaded');
  cluster.nodes.link('node01').interceptor = refusing('patch', 'nodes', 3, overloaded, 1);
  void cluster.nodes.restart('node01');
  await cluster.clock.advance('30s');
  expect(isReady(await cluster.client.get(Nodes, { name: 'node01' }))).toBe(true);
});

test('a pod that was deleted while its node could not be reached goes when it can', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.client.create(Jobs, { ...job, spec: { ...job.spec, backoffLimit: 0 } });
  await cluster.clock.advance('2s');
  cluster.nodes.partition('node01');
  await cluster.clock.advance('1s');
  await cluster.client.delete(
    Jobs,
    { name: 'work', namespace: 'default' },
    { propagationPolicy: 'Background' },
  );
  // The node's next word about the pod, that it has ended, is on its way before its watch is back.
  await cluster.clock.advance('100s');
  cluster.nodes.heal('node01');
  await cluster.clock.advance('2m');
  expect(await podsOf(cluster)).toEqual([]);
});

test('a pod that is counted loses its finalizer though somebody else wrote at the same time', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.client.create(Jobs, job);
  await cluster.clock.advance('1s');
  const conflict = new StatusError('Conflict', 'the object has been modified');
  cluster.controllerLink.interceptor = refusing('patch', 'pods', 5, conflict);
  await cluster.clock.advance('1m');
  expect(isFinished(await cluster.client.get(Jobs, { name: 'work', namespace: 'default' }))).toBe(true);
  expect((await podsOf(cluster)).flatMap(({ metadata }) => metadata.finalizers ?? [])).toEqual([]);
});

test('a pod ends in the API though somebody else wrote at the same time', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.client.create(Jobs, job);
  await cluster.clock.advance('1s');
  const conflict = new StatusError('Conflict', 'the object has been modified');
  cluster.nodes.link('node01').interceptor = refusing('patch', 'pods', 3, conflict);
  await cluster.clock.advance('1m');
  expect(isFinished(await cluster.client.get(Jobs, { name: 'work', namespace: 'default' }))).toBe(true);
});

test('controllers that wait for news of their own writes let others take over', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  cluster.controllerLink.slow(0, 3_600_000);
  await cluster.client.create(Jobs, job);
  await cluster.clock.advance('1s');
  const body = { metadata: { annotations: { second: 'news' } } };
  await cluster.client.patch(Jobs, { name: 'work', namespace: 'default' }, { type: 'merge', body });
  // The first news led to a write, of which they wait for news when the second come.
  await cluster.clock.advance('61m');
  await cluster.restartControllers();
  await cluster.clock.advance('1m');
  expect(isFinished(await cluster.client.get(Jobs, { name: 'work', namespace: 'default' }))).toBe(true);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { isStatusError } from '../apimachinery/errors.ts';
import { nameOf } from '../apimachinery/object.ts';
import { refOf } from '../client/client.ts';
import type { Eviction, Pod, PodTemplateSpec } from '../generated/types.ts';
import { createCluster, type TestCluster } from '../index.ts';
import {
  ControllerRevisions,
  PodDisruptionBudgets,
  Pods,
  ReplicationControllers,
  StatefulSets,
} from '../resources/kinds.ts';

const MINUTE_MS = 60_000;

const templateOf = (app: string, image: string): PodTemplateSpec => ({
  metadata: { labels: { app } },
  spec: { terminationGracePeriodSeconds: 5, containers: [{ name: 'main', image }] },
});
const refTo = (name: string) => ({ name, namespace: 'default' });

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await createCluster({ seed: 3 });
});
afterAll(() => cluster?.stop());

const podsOf = async (app: string): Promise<readonly Pod[]> =>
  (await cluster.client.list(Pods, { namespace: 'default', labelSelector: `app=${app}` })).items;
const imagesOf = async (app: string) =>
  (await podsOf(app)).map((pod) => `${nameOf(pod)} ${pod.spec.containers[0]?.image}`);

test('a StatefulSet comes up in order, is updated in the reverse order, and goes back', async () => {
  const { client, clock } = cluster;
  const db = refTo('db');
  await client.create(StatefulSets, {
    metadata: db,
    spec: {
      replicas: 3,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: templateOf('db', 'db:1'),
    },
  });
  await clock.advance(2 * MINUTE_MS);
  const born = (await podsOf('db')).map(({ metadata }) => metadata.creationTimestamp!);
  expect(born).toEqual(born.toSorted());
  const setImage = (image: string) =>
    client.patch(StatefulSets, db, {
      type: 'strategic',
      body: { spec: { template: { spec: { containers: [{ name: 'main', image }] } } } },
    });
  await setImage('db:2');
  await clock.advance(5 * MINUTE_MS);
  expect(await imagesOf('db')).toEqual(['db-0 db:2', 'db-1 db:2', 'db-2 db:2']);
  const renewed = (await podsOf('db')).map(({ metadata }) => metadata.creationTimestamp!);
  expect(renewed).toEqual(renewed.toSorted().toReversed());
  await setImage('db:1');
  await clock.advance(5 * MINUTE_MS);
  expect(await imagesOf('db')).toEqual(['db-0 db:1', 'db-1 db:1', 'db-2 db:1']);
  const revisions = await client.list(ControllerRevisions, { namespace: 'default' });
  expect(revisions.items.map(({ revision }) => revision).sort()).toEqual([2, 3]);
  const { status } = await client.get(StatefulSets, db);
  expect(status).toMatchObject({ readyReplicas: 3, currentReplicas: 3, updatedReplicas: 3 });
  expect(status?.currentRevision).toBe(status?.updateRevision);
});

test('a ReplicationController keeps its pods, and they go with it', async () => {
  const { client, clock } = cluster;
  const old = refTo('old');
  await client.create(ReplicationControllers, {
    metadata: old,
    spec: { replicas: 2, template: templateOf('old', 'old:1') },
  });
  await clock.advance(MINUTE_MS);
  const [first] = await podsOf('old');
  await client.delete(Pods, refOf(first!));
  await clock.advance(MINUTE_MS);
  expect((await client.get(ReplicationControllers, old)).status).toMatchObject({ availableReplicas: 2 });
  await client.delete(ReplicationControllers, old, { propagationPolicy: 'Background' });
  await clock.advance(MINUTE_MS);
  expect(await podsOf('old')).toEqual([]);
});

test('a budget lets a StatefulSet’s pods go one at a time', async () => {
  const { client, clock } = cluster;
  const budget = refTo('db');
  const spec = { maxUnavailable: 1, selector: { matchLabels: { app: 'db' } } };
  await client.create(PodDisruptionBudgets, { metadata: budget, spec });
  await clock.advance(MINUTE_MS);
  const evict = async (name: string) => {
    const eviction: Eviction = { metadata: refTo(name) };
    try {
      await client.createSubresource(Pods, refTo(name), 'eviction', eviction);
      return 'evicted';
    } catch (error) {
      return isStatusError(error) ? error.details?.causes?.[0]?.message : String(error);
    }
  };
  expect(await evict('db-0')).toBe('evicted');
  // Before the budget's controller has looked: the status counts the first one as healthy still.
  expect(await evict('db-1')).toBe('The disruption budget db does not allow evicting pods currently');
  await clock.advance(MINUTE_MS);
  expect(await evict('db-1')).toBe('evicted');
  await clock.advance(MINUTE_MS);
  expect((await client.get(PodDisruptionBudgets, budget)).status).toMatchObject({
    currentHealthy: 3,
    desiredHealthy: 2,
    expectedPods: 3,
    disruptionsAllowed: 1,
  });
});

test('nothing went wrong on the way', () => expect(cluster.errors).toEqual([]));

import { expect, test } from 'vitest';
import { podsOf, reasonsOf, ref } from '../../../test/cases/support.ts';
import type { ReplicationController } from '../../generated/types.ts';
import { createCluster } from '../../index.ts';

const old: ReplicationController = {
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name: 'old', namespace: 'default' },
  spec: {
    replicas: 2,
    template: {
      metadata: { labels: { app: 'old' } },
      spec: { containers: [{ name: 'main', image: 'nginx' }] },
    },
  },
};

test('a ReplicationController takes its selector from its template and keeps its pods', async () => {
  await using cluster = await createCluster();
  const [stored] = await cluster.apply(old);
  expect(stored).toMatchObject({ metadata: { labels: { app: 'old' } }, spec: { selector: { app: 'old' } } });
  await cluster.clock.advance('10s');
  const [first] = await podsOf(cluster);
  await cluster.client.delete('v1', 'Pod', ref(first!.metadata.name!));
  await cluster.clock.advance('10s');
  expect(await podsOf(cluster)).toHaveLength(2);
  const { status } = await cluster.client.get('v1', 'ReplicationController', ref('old'));
  expect(status).toEqual({
    replicas: 2,
    fullyLabeledReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
    observedGeneration: 1,
  });
  expect(await reasonsOf(cluster, 'old')).toContain('SuccessfulCreate');
});

test('it adopts what its selector finds, and scaling to nothing removes all', async () => {
  await using cluster = await createCluster();
  const { template } = old.spec;
  await cluster.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'alone', namespace: 'default', labels: { app: 'old' } },
    spec: template!.spec,
  } as never);
  await cluster.apply(old);
  await cluster.clock.advance('10s');
  const pods = await podsOf(cluster);
  expect(pods).toHaveLength(2);
  expect(pods.map(({ metadata }) => metadata.ownerReferences?.[0]?.kind)).toEqual([
    'ReplicationController',
    'ReplicationController',
  ]);
  await cluster.client.patch('v1', 'ReplicationController', ref('old'), {
    type: 'merge',
    body: { spec: { replicas: 0 } },
  });
  await cluster.clock.advance('10s');
  expect(await podsOf(cluster)).toEqual([]);
});

test('while no pod can be made one is tried at a time, and those that can in the end are told', async () => {
  await using cluster = await createCluster();
  const spec = { ...old.spec.template!.spec!, priorityClassName: 'urgent' };
  const many: ReplicationController = {
    ...old,
    spec: { replicas: 10, template: { ...old.spec.template!, spec } },
  };
  await cluster.apply(many);
  await cluster.clock.advance('1s');
  const counts = async () => {
    const { items } = await cluster.client.list('v1', 'Event', { namespace: 'default' });
    const ofOwner = items.filter(({ involvedObject }) => involvedObject.name === 'old');
    return ofOwner.map(({ reason, count = 1 }) => ({ reason, count }));
  };
  const [failed, ...more] = await counts();
  expect(more).toEqual([]);
  expect(failed?.count).toBeLessThan(15);
  await cluster.apply({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'urgent' },
    value: 1,
  } as never);
  await cluster.clock.advance('30s');
  expect(await podsOf(cluster)).toHaveLength(10);
  expect((await counts()).filter(({ reason }) => reason === 'SuccessfulCreate')).toHaveLength(10);
});

import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../src/apimachinery/object.ts';
import { createCluster } from '../../src/index.ts';

// What upstream's own cases ask of budgets whose pods belong to a custom kind with the subresource `scale`.

const definition = (scale: string) => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: crews.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: crews, kind: Crew }
  versions:
    - name: v1
      served: true
      storage: true
      subresources: ${scale}
      schema:
        openAPIV3Schema:
          type: object
          properties: { spec: { type: object, properties: { replicas: { type: integer } } }, status: { type: object, properties: { replicas: { type: integer } } } }
`;
const SCALE = '{ scale: { specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas } }';

async function budgetOfCrew(scale: string, replicas: number | undefined) {
  const cluster = await createCluster({ nodes: 3 });
  const { client, clock } = cluster;
  await cluster.apply(definition(scale));
  const kind = { apiVersion: 'example.com/v1', kind: 'Crew' };
  const crew: KubernetesObject = await client.create('example.com/v1', 'Crew', {
    ...kind,
    metadata: { name: 'crew', namespace: 'default' },
    ...({ spec: replicas === undefined ? {} : { replicas } } as object),
  });
  const ownerReferences = [{ ...kind, name: 'crew', controller: true, uid: crew.metadata.uid! }];
  for (const name of ['a', 'b', 'c', 'd'])
    await client.create('v1', 'Pod', {
      metadata: { name, namespace: 'default', labels: { app: 'crew' }, ownerReferences },
      spec: { containers: [{ name: 'main', image: 'example/crew' }] },
    });
  const ref = { name: 'budget', namespace: 'default' };
  await client.create('policy/v1', 'PodDisruptionBudget', {
    metadata: ref,
    spec: { maxUnavailable: 2, selector: { matchLabels: { app: 'crew' } } },
  });
  await clock.advance('15s');
  const { status } = await client.get('policy/v1', 'PodDisruptionBudget', ref);
  await cluster.stop();
  return status!;
}

test('a custom kind tells by its scale how many pods there should be', async () => {
  expect(await budgetOfCrew(SCALE, 5)).toMatchObject({
    expectedPods: 5,
    currentHealthy: 4,
    desiredHealthy: 3,
    disruptionsAllowed: 1,
  });
});

const failures: Record<string, [scale: string, replicas: number | undefined, message: string]> = {
  'a kind without a scale': [
    '{ status: {} }',
    5,
    'crews.example.com does not implement the scale subresource',
  ],
  'an owner that is not said to want any number': [
    SCALE,
    undefined,
    'Internal error occurred: the spec replicas field ".spec.replicas" does not exist',
  ],
};
test.each(Object.entries(failures))('%s leaves it open', async (_, [scale, replicas, message]) => {
  expect(await budgetOfCrew(scale, replicas)).toMatchObject({
    disruptionsAllowed: 0,
    conditions: [{ status: 'False', reason: 'SyncFailed', message }],
  });
});

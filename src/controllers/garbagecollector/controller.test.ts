import { expect, test } from 'vitest';
import type { Client } from '../../client/client.ts';
import type { ConfigMap, OwnerReference } from '../../generated/types.ts';
import { ConfigMaps, Namespaces, Secrets } from '../../resources/kinds.ts';
import { type Controllers, endOfEachCrash, TestCluster } from '../testing/cluster.ts';
import { GarbageCollector } from './controller.ts';

const controllers: Controllers = (context, run) => run(new GarbageCollector(context, [ConfigMaps, Secrets]));

const reference = (owner: ConfigMap, rest: Partial<OwnerReference> = {}): OwnerReference => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: owner.metadata.name!,
  uid: owner.metadata.uid!,
  ...rest,
});
const make = (client: Client, name: string, owners: OwnerReference[] = [], namespace = 'default') =>
  client.create(ConfigMaps, {
    metadata: { name, namespace, ...(owners.length > 0 && { ownerReferences: owners }) },
  });
const names = async ({ client }: TestCluster) =>
  (await client.list(ConfigMaps)).items.map(
    ({ metadata: { name, ownerReferences = [] } }) =>
      `${name}${ownerReferences.map((owner) => ` of ${owner.name}`).join('')}`,
  );
const remove = (client: Client, name: string, propagationPolicy: string) =>
  client.delete(ConfigMaps, { name, namespace: 'default' }, { propagationPolicy });

/** An owner, its dependent, and the dependent's own. */
async function makeFamily(client: Client) {
  const owner = await make(client, 'owner');
  const child = await make(client, 'child', [reference(owner, { blockOwnerDeletion: true })]);
  await make(client, 'grandchild', [reference(child, { blockOwnerDeletion: true })]);
}

const policies: Record<string, string[]> = {
  Background: [],
  Foreground: [],
  Orphan: ['child', 'grandchild of child'],
};
for (const [policy, left] of Object.entries(policies)) {
  test(`${policy} deletion ends the same, after whichever write the collector falls`, async () => {
    const ends = await endOfEachCrash(
      () => ({}),
      controllers,
      async ({ client, clock }) => {
        await makeFamily(client);
        await clock.advance(1_000);
        await remove(client, 'owner', policy);
        await clock.advance(10_000);
      },
      names,
    );
    expect(ends.length).toBeGreaterThan(2);
    for (const end of ends) expect(end).toEqual(left);
  });
}

test('in the foreground an owner goes after what blocks it', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await makeFamily(client);
  const order: string[] = [];
  client.watch(
    ConfigMaps,
    { resourceVersion: '1' },
    {
      onChanges: (changes) => {
        for (const change of changes)
          if (change.type === 'DELETED') order.push(change.object.metadata.name ?? '');
      },
      onEnd: () => {},
    },
  );
  await cluster.run(controllers);
  await remove(client, 'owner', 'Foreground');
  await clock.advance(1_000);
  expect(order).toEqual(['grandchild', 'child', 'owner']);
});

test('what another owner still wants stays, without the owner that is gone', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  const [first, second] = [await make(client, 'first'), await make(client, 'second')];
  await make(client, 'child', [reference(first), reference(second)]);
  await remove(client, 'first', 'Background');
  await clock.advance(1_000);
  expect(await names(cluster)).toEqual(['child of second', 'second']);
});

test('an owner that never was, or that is in another namespace, is none', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  await client.create(Namespaces, { metadata: { name: 'other' }, spec: {} });
  const elsewhere = await make(client, 'elsewhere', [], 'other');
  await make(client, 'a', [reference(elsewhere)]);
  await make(client, 'b', [{ ...reference(elsewhere), name: 'nobody', uid: 'nobody' }]);
  await clock.advance(1_000);
  expect(await names(cluster)).toEqual(['elsewhere']);
});

test('an owner of a kind that is not known here is left to others', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  await make(client, 'a', [{ apiVersion: 'example.com/v1', kind: 'Thing', name: 'x', uid: 'x' }]);
  await clock.advance(1_000);
  expect(await names(cluster)).toEqual(['a of x']);
});

import { expect, test } from 'vitest';
import type { Client } from '../../client/client.ts';
import type { ConfigMap, OwnerReference } from '../../generated/types.ts';
import { ConfigMaps, Namespaces, PriorityClasses, Secrets } from '../../resources/kinds.ts';
import { type Controllers, endOfEachCrash, TestCluster } from '../testing/cluster.ts';
import { GarbageCollector } from './controller.ts';

const controllers: Controllers = (context, run) =>
  run(new GarbageCollector(context, [ConfigMaps, Secrets, PriorityClasses]));

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

test('owners in a circle do not wait for each other, after whichever write the collector falls', async () => {
  const ends = await endOfEachCrash(
    () => ({}),
    controllers,
    async ({ client, clock }) => {
      const blocking = { blockOwnerDeletion: true };
      const first = await make(client, 'first');
      const second = await make(client, 'second', [reference(first, blocking)]);
      const third = await make(client, 'third', [reference(second, blocking)]);
      const body = { metadata: { ownerReferences: [reference(third, blocking)] } };
      await client.patch(ConfigMaps, { name: 'first', namespace: 'default' }, { type: 'merge', body });
      await clock.advance(1_000);
      await remove(client, 'first', 'Foreground');
      await clock.advance(10_000);
    },
    names,
  );
  expect(ends.length).toBeGreaterThan(3);
  for (const end of ends) expect(end).toEqual([]);
});

test('that an owner is in another namespace is told', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  await client.create(Namespaces, { metadata: { name: 'other' }, spec: {} });
  const elsewhere = await make(client, 'elsewhere', [], 'other');
  await clock.advance(1_000);
  await make(client, 'a', [reference(elsewhere)]);
  await clock.advance(1_000);
  expect(await names(cluster)).toEqual(['elsewhere']);
  const owner = `[v1/ConfigMap, namespace: default, name: elsewhere, uid: ${elsewhere.metadata.uid}]`;
  expect(await cluster.events()).toEqual([
    `OwnerRefInvalidNamespace: ownerRef ${owner} does not exist in namespace "default"`,
  ]);
});

test('what is in no namespace cannot be owned by what is in one, and stays', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  const owner = await make(client, 'owner');
  for (const [name, ownerReference] of [
    ['told', reference(owner)],
    ['unknown', { ...reference(owner), uid: 'nobody' }],
  ] as const)
    await client.create(PriorityClasses, {
      metadata: { name, ownerReferences: [ownerReference] },
      value: 1,
    });
  await clock.advance(1_000);
  await remove(client, 'owner', 'Background');
  await clock.advance(1_000);
  const { items } = await client.list(PriorityClasses);
  expect(items.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(['told', 'unknown']));
  const invalid = `[v1/ConfigMap, namespace: , name: owner, uid: ${owner.metadata.uid}]`;
  expect(await cluster.events()).toEqual([
    `OwnerRefInvalidNamespace: ownerRef ${invalid} does not exist in namespace ""`,
  ]);
});

test('an owner of that uid, but of another name or kind, is none', async () => {
  const cluster = await TestCluster.start();
  const { client, clock } = cluster;
  await cluster.run(controllers);
  const owner = await make(client, 'owner');
  await make(client, 'a', [{ ...reference(owner), name: 'other' }]);
  await make(client, 'b', [{ ...reference(owner), kind: 'Secret' }]);
  await make(client, 'c', [reference(owner)]);
  await clock.advance(1_000);
  expect(await names(cluster)).toEqual(['c of owner', 'owner']);
});

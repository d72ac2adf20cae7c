import { expect, test } from 'vitest';
import { Namespaces, ServiceAccounts } from '../../resources/kinds.ts';
import { TestCluster } from '../testing/cluster.ts';
import { serviceAccountController } from './controller.ts';

async function start(): Promise<TestCluster> {
  const cluster = await TestCluster.start();
  await cluster.run((context, run) => run(serviceAccountController(context)));
  await cluster.clock.advance(0);
  return cluster;
}

async function accounts({ client }: TestCluster): Promise<string[]> {
  const { items } = await client.list(ServiceAccounts);
  return items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}

test('every namespace has the account "default", the ones that come later too', async () => {
  const cluster = await start();
  await cluster.client.create(Namespaces, { metadata: { name: 'later' }, spec: {} });
  await cluster.clock.advance(0);
  expect(await accounts(cluster)).toEqual(['default/default', 'later/default']);
});

test('who deletes it gets a new one', async () => {
  const cluster = await start();
  const ref = { name: 'default', namespace: 'default' };
  const { uid } = (await cluster.client.get(ServiceAccounts, ref)).metadata;
  await cluster.client.delete(ServiceAccounts, ref);
  await cluster.clock.advance(0);
  expect((await cluster.client.get(ServiceAccounts, ref)).metadata.uid).not.toBe(uid);
});

test('what somebody adds to it is left', async () => {
  const cluster = await start();
  const ref = { name: 'default', namespace: 'default' };
  const body = { imagePullSecrets: [{ name: 'registry' }] };
  await cluster.client.patch(ServiceAccounts, ref, { type: 'merge', body });
  await cluster.clock.advance(0);
  expect((await cluster.client.get(ServiceAccounts, ref)).imagePullSecrets).toEqual([{ name: 'registry' }]);
});

test('a namespace that is on its way out gets none', async () => {
  const cluster = await start();
  await cluster.client.create(Namespaces, { metadata: { name: 'leaving' }, spec: {} });
  await cluster.clock.advance(0);
  await cluster.client.delete(Namespaces, { name: 'leaving' });
  await cluster.client.delete(ServiceAccounts, { name: 'default', namespace: 'leaving' });
  await cluster.clock.advance(60_000);
  expect(await accounts(cluster)).toEqual(['default/default']);
});

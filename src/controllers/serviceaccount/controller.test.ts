import { expect, test } from 'vitest';
import type { Namespace } from '../../generated/types.ts';
import { Namespaces, ServiceAccounts } from '../../resources/kinds.ts';
import { ago } from '../testing/builders.ts';
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

test('for a namespace that is on its way out nothing is planned', async () => {
  const cluster = await TestCluster.start();
  const metadata = { name: 'leaving', deletionTimestamp: ago(1) };
  await cluster.run((context) => {
    const controller = serviceAccountController(context);
    const planFor = (namespace: Namespace) => controller.plan({ namespace, existing: undefined }).stages;
    expect(planFor({ metadata: { name: 'staying' }, spec: {} }).flat()).toHaveLength(1);
    expect(planFor({ metadata, spec: {} })).toEqual([]);
  });
});

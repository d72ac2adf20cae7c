import { expect, test } from 'vitest';
import { ConfigMaps, Namespaces } from '../../resources/kinds.ts';
import { TestCluster } from '../testing/cluster.ts';
import { rootCaController } from './controller.ts';

const NAME = 'kube-root-ca.crt';
const ref = { name: NAME, namespace: 'default' };

async function start(): Promise<TestCluster> {
  const cluster = await TestCluster.start();
  await cluster.run((context, run) => run(rootCaController(context, 'the certificate')));
  await cluster.clock.advance(0);
  return cluster;
}
const dataOf = async ({ client }: TestCluster) => (await client.get(ConfigMaps, ref)).data;

test('every namespace has the root certificate, the ones that come later too', async () => {
  const cluster = await start();
  await cluster.client.create(Namespaces, { metadata: { name: 'later' }, spec: {} });
  await cluster.clock.advance(0);
  const { items } = await cluster.client.list(ConfigMaps);
  expect(items.map(({ metadata, data }) => [metadata.namespace, metadata.name, data])).toEqual([
    ['default', NAME, { 'ca.crt': 'the certificate' }],
    ['later', NAME, { 'ca.crt': 'the certificate' }],
  ]);
});

test('who changes it gets it back as it was', async () => {
  const cluster = await start();
  const body = { data: { 'ca.crt': 'another certificate', more: 'than that' } };
  await cluster.client.patch(ConfigMaps, ref, { type: 'merge', body });
  await cluster.clock.advance(0);
  expect(await dataOf(cluster)).toEqual({ 'ca.crt': 'the certificate' });
});

test('what it says of itself comes back too, and other annotations stay', async () => {
  const cluster = await start();
  const annotations = { 'kubernetes.io/description': null, mine: 'yes' };
  await cluster.client.patch(ConfigMaps, ref, { type: 'merge', body: { metadata: { annotations } } });
  await cluster.clock.advance(0);
  const { metadata } = await cluster.client.get(ConfigMaps, ref);
  expect(metadata.annotations).toEqual({
    'kubernetes.io/description': expect.stringContaining('CA bundle'),
    mine: 'yes',
  });
});

test('who deletes it gets a new one', async () => {
  const cluster = await start();
  await cluster.client.delete(ConfigMaps, ref);
  await cluster.clock.advance(0);
  expect(await dataOf(cluster)).toEqual({ 'ca.crt': 'the certificate' });
});

test('after a start with another authority it is the new one’s', async () => {
  const cluster = await TestCluster.start();
  const old = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: ref,
    data: { 'ca.crt': 'the old certificate' },
  };
  await cluster.client.create(ConfigMaps, old);
  await cluster.run((context, run) => run(rootCaController(context, 'the new certificate')));
  await cluster.clock.advance(0);
  expect(await dataOf(cluster)).toEqual({ 'ca.crt': 'the new certificate' });
});

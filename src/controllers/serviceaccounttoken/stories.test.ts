import { expect, test } from 'vitest';
import { ref } from '../../../test/cases/support.ts';
import type { Secret, ServiceAccount } from '../../generated/types.ts';
import { createCluster } from '../../index.ts';

const account: ServiceAccount = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'robot', namespace: 'default' },
};
const secret: Secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'robot-token',
    namespace: 'default',
    annotations: { 'kubernetes.io/service-account.name': 'robot' },
  },
  type: 'kubernetes.io/service-account-token',
};

test('a secret for a token of a service account gets one that lasts, and goes with the account', async () => {
  await using cluster = await createCluster();
  await cluster.apply([account, secret]);
  await cluster.clock.advance('1s');
  const { data, metadata } = await cluster.client.get('v1', 'Secret', ref('robot-token'));
  const stored = await cluster.client.get('v1', 'ServiceAccount', ref('robot'));
  expect(Object.keys(data ?? {}).toSorted()).toEqual(['ca.crt', 'namespace', 'token']);
  expect(metadata.annotations?.['kubernetes.io/service-account.uid']).toBe(stored.metadata.uid);
  const [, claims = ''] = Buffer.from(data!.token!, 'base64').toString().split('.');
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
    sub: 'system:serviceaccount:default:robot',
    'kubernetes.io': { secret: { name: 'robot-token' } },
  });
  await cluster.client.delete('v1', 'ServiceAccount', ref('robot'));
  await cluster.clock.advance('1s');
  const { items } = await cluster.client.list('v1', 'Secret', { namespace: 'default' });
  expect(items).toEqual([]);
});

test('a secret that names no account goes', async () => {
  await using cluster = await createCluster();
  await cluster.apply(secret);
  await cluster.clock.advance('1s');
  const { items } = await cluster.client.list('v1', 'Secret', { namespace: 'default' });
  expect(items).toEqual([]);
});

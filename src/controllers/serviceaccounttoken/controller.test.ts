import { expect, test } from 'vitest';
import type { Secret, ServiceAccount } from '../../generated/types.ts';
import { Secrets, ServiceAccounts } from '../../resources/kinds.ts';
import { TestCluster } from '../testing/cluster.ts';
import { ServiceAccountTokenController } from './controller.ts';

const NAMESPACE = 'default';
const UID = 'kubernetes.io/service-account.uid';
const ref = { name: 'bot-token', namespace: NAMESPACE };

const account = (): ServiceAccount => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'bot', namespace: NAMESPACE },
});

const tokenSecret = (
  annotations: Record<string, string> = {},
  data: Record<string, string> = {},
): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { ...ref, annotations: { 'kubernetes.io/service-account.name': 'bot', ...annotations } },
  type: 'kubernetes.io/service-account-token',
  data,
});

async function start(): Promise<TestCluster> {
  const cluster = await TestCluster.start();
  await cluster.run((context, run) => run(new ServiceAccountTokenController(context, 'CERTIFICATE')));
  return cluster;
}

async function found({ client }: TestCluster): Promise<Secret | undefined> {
  return (await client.list(Secrets)).items.find(({ metadata }) => metadata.name === ref.name);
}

const decoded = (secret: Secret | undefined, key: string) =>
  Buffer.from(secret?.data?.[key] ?? '', 'base64').toString();

test('a secret that asks for a token of an account gets it, with what is needed beside it', async () => {
  const cluster = await start();
  const { uid } = (await cluster.client.create(ServiceAccounts, account())).metadata;
  await cluster.client.create(Secrets, tokenSecret());
  await cluster.clock.advance(1000);
  const secret = await found(cluster);
  expect([decoded(secret, 'namespace'), decoded(secret, 'ca.crt')]).toEqual([NAMESPACE, 'CERTIFICATE']);
  expect(secret?.metadata.annotations?.[UID]).toBe(uid);
  const claims = JSON.parse(Buffer.from(decoded(secret, 'token').split('.')[1]!, 'base64url').toString());
  expect(claims).toMatchObject({
    sub: 'system:serviceaccount:default:bot',
    'kubernetes.io': { secret: { name: ref.name, uid: secret?.metadata.uid } },
  });
});

test('a token that is there stays, and what is missing beside it is added', async () => {
  const cluster = await start();
  await cluster.client.create(ServiceAccounts, account());
  await cluster.client.create(Secrets, tokenSecret({}, { token: 'AAAA', extra: 'AAAA' }));
  await cluster.clock.advance(1000);
  const { data } = (await found(cluster))!;
  expect(Object.keys(data!).sort()).toEqual(['ca.crt', 'extra', 'namespace', 'token']);
  expect(data).toMatchObject({ token: 'AAAA', extra: 'AAAA' });
});

test('a secret goes with its account', async () => {
  const cluster = await start();
  await cluster.client.create(ServiceAccounts, account());
  await cluster.client.create(Secrets, tokenSecret());
  await cluster.clock.advance(1000);
  await cluster.client.delete(ServiceAccounts, { name: 'bot', namespace: NAMESPACE });
  await cluster.clock.advance(1000);
  expect(await found(cluster)).toBeUndefined();
});

test('so does one for an account that never was, or was another of the name', async () => {
  const cluster = await start();
  await cluster.client.create(Secrets, tokenSecret());
  await cluster.clock.advance(1000);
  expect(await found(cluster)).toBeUndefined();
  await cluster.client.create(ServiceAccounts, account());
  await cluster.client.create(Secrets, tokenSecret({ [UID]: 'another' }));
  await cluster.clock.advance(1000);
  expect(await found(cluster)).toBeUndefined();
});

test('an account that the cache does not show yet is asked for before its secret is taken for an orphan', async () => {
  const cluster = await TestCluster.start();
  await cluster.client.create(ServiceAccounts, account());
  const secret = await cluster.client.create(Secrets, tokenSecret());
  let controller!: ServiceAccountTokenController;
  await cluster.run((context) => {
    controller = new ServiceAccountTokenController(context, 'CERTIFICATE');
  });
  const seen = { secret, account: undefined };
  expect(controller.plan(seen).stages).toEqual([[{ kind: 'delete' }]]);
  await controller.execute(seen, { kind: 'delete' }, cluster.client);
  expect(await found(cluster)).toBeDefined();
});

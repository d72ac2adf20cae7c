import { expect, test } from 'vitest';
import { timestamp } from '../../clock/clock.ts';
import { VIRTUAL_EPOCH } from '../../clock/virtualClock.ts';
import type { Secret } from '../../generated/types.ts';
import { Namespaces, Secrets } from '../../resources/kinds.ts';
import { TestCluster } from '../testing/cluster.ts';
import { BootstrapTokenController } from './controller.ts';

const TYPE = 'bootstrap.kubernetes.io/token';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const inSeconds = (seconds: number) => base64(timestamp(VIRTUAL_EPOCH + seconds * 1000));

interface Fields {
  readonly expiration?: string;
  readonly type?: string;
  readonly namespace?: string;
}

const aToken = ({ expiration, type = TYPE, namespace = 'kube-system' }: Fields): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'bootstrap-token-abcdef', namespace },
  type,
  data: {
    'token-id': base64('abcdef'),
    'token-secret': base64('0123456789abcdef'),
    ...(expiration !== undefined && { expiration }),
  },
});

async function startWith(token: Secret): Promise<TestCluster> {
  const cluster = await TestCluster.start();
  await cluster.client.create(Namespaces, { metadata: { name: 'kube-system' }, spec: {} });
  await cluster.client.create(Secrets, token);
  await cluster.run((context, run) => run(new BootstrapTokenController(context)));
  return cluster;
}

const isLeft = async ({ client }: TestCluster) => (await client.list(Secrets)).items.length === 1;

const cases: Record<string, { token: Fields; afterSeconds: number; isLeft: boolean }> = {
  'a token stays for its time': { token: { expiration: inSeconds(600) }, afterSeconds: 599, isLeft: true },
  'and goes when that is over': { token: { expiration: inSeconds(600) }, afterSeconds: 600, isLeft: false },
  'one that expired while nobody looked goes at once': {
    token: { expiration: inSeconds(-5) },
    afterSeconds: 0,
    isLeft: false,
  },
  'one without an end stays': { token: {}, afterSeconds: 86_400, isLeft: true },
  'so does one whose end cannot be read': {
    token: { expiration: base64('soon') },
    afterSeconds: 86_400,
    isLeft: true,
  },
  'a secret of another type is none': {
    token: { expiration: inSeconds(600), type: 'Opaque' },
    afterSeconds: 700,
    isLeft: true,
  },
  'neither is one of another namespace': {
    token: { expiration: inSeconds(600), namespace: 'default' },
    afterSeconds: 700,
    isLeft: true,
  },
};
for (const [name, { token, afterSeconds, isLeft: want }] of Object.entries(cases)) {
  test(name, async () => {
    const cluster = await startWith(aToken(token));
    await cluster.clock.advance(afterSeconds * 1000);
    expect(await isLeft(cluster)).toBe(want);
  });
}

test('a token that is prolonged goes later', async () => {
  const cluster = await startWith(aToken({ expiration: inSeconds(600) }));
  const body = { data: { expiration: inSeconds(900) } };
  const ref = { name: 'bootstrap-token-abcdef', namespace: 'kube-system' };
  await cluster.client.patch(Secrets, ref, { type: 'merge', body });
  await cluster.clock.advance(899_000);
  expect(await isLeft(cluster)).toBe(true);
  await cluster.clock.advance(1_000);
  expect(await isLeft(cluster)).toBe(false);
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { InProcessClient } from '../apiserver/inProcessClient.ts';
import { startRegistry } from '../apiserver/testing/registry.ts';
import { EventRecorder } from '../client/eventRecorder.ts';
import { Informers } from '../client/informers.ts';
import { SeededRandom } from '../clock/random.ts';
import type { VirtualClock } from '../clock/virtualClock.ts';
import { BootstrapSignerController } from '../controllers/bootstrapsigner/controller.ts';
import { ControllerLoop } from '../controllers/framework/controllerLoop.ts';
import { isSignedBy } from '../pki/detachedSignature.ts';
import { type BootstrapToken, bootstrapTokenSecret } from '../resources/bootstrapToken.ts';
import { ConfigMaps, Namespaces, Nodes, Secrets } from '../resources/kinds.ts';
import { createToken, deleteToken, listTokens, nextNodeName, tokenText } from './tokens.ts';

const CLUSTER_INFO = { name: 'cluster-info', namespace: 'kube-public' };
let client: InProcessClient;
let clock: VirtualClock;
let stop: () => Promise<void>;

/** A cluster whose only controller is the signer. */
beforeEach(async () => {
  const registry = await startRegistry();
  ({ client, clock } = registry);
  for (const name of ['kube-system', 'kube-public']) {
    await client.create(Namespaces, { metadata: { name }, spec: {} });
  }
  await client.create(ConfigMaps, { metadata: CLUSTER_INFO, data: { kubeconfig: 'the text' } });
  const informers = new Informers(client, clock);
  const recorder = (component: string) => new EventRecorder({ client, clock, component });
  const context = { client, informers, clock, random: new SeededRandom(1), recorder };
  const loop = new ControllerLoop(new BootstrapSignerController(context), context, (_name, _key, error) => {
    throw error;
  });
  await informers.start();
  loop.start();
  stop = async () => {
    await loop.stop();
    informers.stop();
    registry.registry.close();
  };
});
afterEach(() => stop());

async function create(ttlMs = 0): Promise<BootstrapToken> {
  const made = createToken(client, clock, { ttlMs, description: 'for node04' });
  let token: BootstrapToken | undefined;
  void made.then((done) => {
    token = done;
  });
  await clock.runUntil(() => token !== undefined);
  return made;
}

const signatureOf = async ({ id }: BootstrapToken) =>
  (await client.get(ConfigMaps, CLUSTER_INFO)).data?.[`jws-kubeconfig-${id}`];

test('a new token is kept, and cluster-info is signed with it by then', async () => {
  const token = await create(3_600_000);
  expect(tokenText(token)).toMatch(/^[a-z0-9]{6}\.[a-z0-9]{16}$/);
  expect(await listTokens(client)).toEqual([token]);
  expect(isSignedBy((await signatureOf(token))!, 'the text', token)).toBe(true);
});

test('no two tokens are the same', async () => {
  const tokens = [await create(), await create(), await create()].map(tokenText);
  expect(new Set(tokens).size).toBe(3);
});

test('a token is deleted by its id or by all of it, and its signature with it', async () => {
  const [one, two] = [await create(), await create()];
  expect(await deleteToken(client, one.id)).toBe(one.id);
  expect(await deleteToken(client, tokenText(two))).toBe(two.id);
  await clock.runUntil(() => false, 1000);
  expect(await listTokens(client)).toEqual([]);
  expect([await signatureOf(one), await signatureOf(two)]).toEqual([undefined, undefined]);
});

test('the signature ends when its token does', async () => {
  const token = await create(60_000);
  await clock.advance(61_000);
  expect(await signatureOf(token)).toBeUndefined();
});

test('what is no token cannot be deleted', async () => {
  await expect(deleteToken(client, 'nonsense')).rejects.toThrow('it is neither a token nor the id of one');
  await expect(deleteToken(client, 'aaaaaa')).rejects.toThrow(
    'Cannot delete the token "aaaaaa": there is none',
  );
});

test('a token that nobody signs is told of after five seconds', async () => {
  await stop();
  const made = expect(createToken(client, clock, { ttlMs: 0 })).rejects.toMatchObject({ reason: 'Timeout' });
  await clock.advance(5_100);
  await made;
});

test('other secrets are not tokens', async () => {
  const { metadata, ...secret } = bootstrapTokenSecret({
    id: 'abcdef',
    secret: '0123456789abcdef',
    usages: [],
    groups: [],
  });
  await client.create(Secrets, { ...secret, metadata: { ...metadata, name: 'mine' } });
  expect(await listTokens(client)).toEqual([]);
});

test('the next name is the first that is free', async () => {
  expect(await nextNodeName(client)).toBe('node01');
  for (const name of ['node01', 'node02', 'node04'])
    await client.create(Nodes, { metadata: { name }, spec: {} });
  expect(await nextNodeName(client)).toBe('node03');
});

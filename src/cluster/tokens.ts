import { randomInt } from 'node:crypto';
import { isStatusError, StatusError } from '../apimachinery/errors.ts';
import type { Client } from '../client/client.ts';
import { type Clock, delay } from '../clock/clock.ts';
import {
  BOOTSTRAP_TOKEN_TYPE,
  type BootstrapToken,
  bootstrapTokenOf,
  bootstrapTokenSecret,
  bootstrapTokenSecretName,
  splitBootstrapToken,
} from '../resources/bootstrapToken.ts';
import { ConfigMaps, Nodes, Secrets } from '../resources/kinds.ts';
import { workerName } from './nodeNames.ts';

export interface NewToken {
  /** For so long it may be used, in milliseconds; 0: for ever. */
  readonly ttlMs: number;
  readonly description?: string | undefined;
}

/** 24 hours, as kubeadm's. */
export const DEFAULT_TTL_MS = 86_400_000;
/** Who joins is in this group beside `system:bootstrappers` (kubeadm's). */
const JOINING_NODES = 'system:bootstrappers:kubeadm:default-node-token';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const SIGNATURE_LIMIT_MS = 5000;
const LOOK_EVERY_MS = 50;

export const tokenText = ({ id, secret }: Pick<BootstrapToken, 'id' | 'secret'>): string => `${id}.${secret}`;

/** Makes a token by which nodes can join. Resolves when it can be used: `cluster-info` is signed with it by then. */
export async function createToken(
  client: Client,
  clock: Clock,
  { ttlMs, description }: NewToken,
): Promise<BootstrapToken> {
  const token: BootstrapToken = {
    id: randomLetters(6),
    secret: randomLetters(16),
    description,
    expiresAt: ttlMs > 0 ? clock.now() + ttlMs : undefined,
    usages: ['authentication', 'signing'],
    groups: [JOINING_NODES],
  };
  await client.create(Secrets, bootstrapTokenSecret(token));
  await signed(client, clock, token);
  return token;
}

/** The tokens of a cluster, expired ones too, by their ids. */
export async function listTokens(client: Client): Promise<BootstrapToken[]> {
  const { items } = await client.list(Secrets, {
    namespace: 'kube-system',
    fieldSelector: `type=${BOOTSTRAP_TOKEN_TYPE}`,
  });
  return items.map(bootstrapTokenOf).filter((token) => token !== undefined);
}

/** Takes a token or its id; returns the id. Throws for what is neither, and when there is no such token. */
export async function deleteToken(client: Client, idOrToken: string): Promise<string> {
  const id = /^[a-z0-9]{6}$/.test(idOrToken) ? idOrToken : splitBootstrapToken(idOrToken)?.id;
  if (!id) throw new Error(`Cannot delete the token "${idOrToken}": it is neither a token nor the id of one`);
  try {
    await client.delete(Secrets, { name: bootstrapTokenSecretName(id), namespace: 'kube-system' });
  } catch (error) {
    if (isStatusError(error, 'NotFound')) throw new Error(`Cannot delete the token "${id}": there is none`);
    throw error;
  }
  return id;
}

/** The first of `node01`, `node02`, … that no node has. */
export async function nextNodeName(client: Client): Promise<string> {
  const { items } = await client.list(Nodes);
  const taken = new Set(items.map(({ metadata }) => metadata.name));
  let number = 1;
  while (taken.has(workerName(number))) number++;
  return workerName(number);
}

async function signed(client: Client, clock: Clock, { id }: BootstrapToken): Promise<void> {
  const giveUpAt = clock.elapsed() + SIGNATURE_LIMIT_MS;
  while (clock.elapsed() < giveUpAt) {
    const { data } = await client.get(ConfigMaps, { name: 'cluster-info', namespace: 'kube-public' });
    if (data?.[`jws-kubeconfig-${id}`]) return;
    await delay(clock, LOOK_EVERY_MS);
  }
  throw new StatusError('Timeout', `The cluster did not sign cluster-info with the token "${id}" in time`);
}

/** A token is a password: its letters are not those of a seeded stream. */
const randomLetters = (count: number): string =>
  Array.from({ length: count }, () => LETTERS[randomInt(LETTERS.length)]).join('');

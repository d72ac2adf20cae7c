import { type EpochMs, timestamp } from '../clock/clock.ts';
import type { Secret } from '../generated/types.ts';

/** By which a machine joins: the id is public, the secret is what it must know. Written `<id>.<secret>`. */
export interface BootstrapToken {
  readonly id: string;
  readonly secret: string;
  readonly description?: string | undefined;
  /** Never unless given. */
  readonly expiresAt?: EpochMs | undefined;
  readonly usages: readonly BootstrapUsage[];
  /** Whoever shows the token is in these, beside `system:bootstrappers`. */
  readonly groups: readonly string[];
}

/** `authentication`: it is a bearer token; `signing`: it signs `cluster-info`. */
export type BootstrapUsage = 'authentication' | 'signing';

export const BOOTSTRAP_TOKEN_TYPE = 'bootstrap.kubernetes.io/token';
const NAME_PREFIX = 'bootstrap-token-';
const USAGES: readonly BootstrapUsage[] = ['authentication', 'signing'];
const TOKEN = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;

export const bootstrapTokenSecretName = (id: string): string => `${NAME_PREFIX}${id}`;

/** The parts of `abcdef.0123456789abcdef`; undefined when it is not a token. */
export function splitBootstrapToken(text: string): { id: string; secret: string } | undefined {
  const [, id, secret] = TOKEN.exec(text) ?? [];
  return id && secret ? { id, secret } : undefined;
}

/** Whether a Secret is there to hold a token, sound or not. */
const isForToken = ({ type, metadata }: Secret): boolean =>
  type === BOOTSTRAP_TOKEN_TYPE && metadata.namespace === 'kube-system';

/** When the token of a Secret ends, which need not be sound otherwise; undefined for other secrets and for tokens that do not end. */
export function bootstrapTokenExpiry(secret: Secret): EpochMs | undefined {
  const time = isForToken(secret) ? Date.parse(decoded(secret, 'expiration')) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

const decoded = ({ data }: Secret, key: string) => Buffer.from(data?.[key] ?? '', 'base64').toString('utf8');

/** The token that a Secret holds, expired or not; undefined when it holds none, or one that breaks the rules. */
export function bootstrapTokenOf(secret: Secret): BootstrapToken | undefined {
  if (!isForToken(secret)) return undefined;
  const value = (key: string) => decoded(secret, key);
  const parts = splitBootstrapToken(`${value('token-id')}.${value('token-secret')}`);
  if (!parts || secret.metadata.name !== bootstrapTokenSecretName(parts.id)) return undefined;
  const expiration = value('expiration');
  const expiresAt = expiration ? Date.parse(expiration) : undefined;
  if (Number.isNaN(expiresAt)) return undefined;
  return {
    ...parts,
    description: value('description') || undefined,
    expiresAt,
    usages: USAGES.filter((usage) => value(`usage-bootstrap-${usage}`) === 'true'),
    groups: value('auth-extra-groups').split(',').filter(Boolean),
  };
}

export const isExpired = ({ expiresAt }: BootstrapToken, now: EpochMs): boolean =>
  expiresAt !== undefined && expiresAt <= now;

/** The Secret by which a cluster knows the token. */
export function bootstrapTokenSecret({
  id,
  secret,
  description,
  expiresAt,
  usages,
  groups,
}: BootstrapToken): Secret {
  const values = {
    'token-id': id,
    'token-secret': secret,
    ...(description && { description }),
    ...(expiresAt !== undefined && { expiration: timestamp(expiresAt) }),
    ...Object.fromEntries(usages.map((usage) => [`usage-bootstrap-${usage}`, 'true'])),
    ...(groups.length > 0 && { 'auth-extra-groups': groups.join(',') }),
  };
  const data = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: bootstrapTokenSecretName(id), namespace: 'kube-system' },
    type: BOOTSTRAP_TOKEN_TYPE,
    data: Object.fromEntries(data),
  };
}

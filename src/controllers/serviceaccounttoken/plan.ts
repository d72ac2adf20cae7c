import { isBeingDeleted, uidOf } from '../../apimachinery/object.ts';
import type { Secret, ServiceAccount } from '../../generated/types.ts';
import { inStages, type Plan } from '../framework/controller.ts';

export const TOKEN_TYPE = 'kubernetes.io/service-account-token';
const ACCOUNT_NAME = 'kubernetes.io/service-account.name';
export const ACCOUNT_UID = 'kubernetes.io/service-account.uid';

export interface Observed {
  readonly secret: Secret;
  /** That the secret names. */
  readonly account: ServiceAccount | undefined;
  /** What the API server is trusted by. */
  readonly rootCertificate: string;
}

export type Action = { readonly kind: 'fill' } | { readonly kind: 'delete' };

/** What becomes of a secret that is to hold a token of a service account (upstream's tokens controller). */
export function planToken({ secret, account, rootCertificate }: Observed): Plan<Action> {
  if (isBeingDeleted(secret)) return inStages([]);
  if (!isAccountOf(secret, account)) return inStages<Action>([[{ kind: 'delete' }]]);
  const { token, namespace, 'ca.crt': certificate } = secret.data ?? {};
  const isFull = token && namespace && certificate === base64(rootCertificate);
  return inStages<Action>(isFull ? [] : [[{ kind: 'fill' }]]);
}

export const accountName = ({ metadata }: Secret): string => metadata.annotations?.[ACCOUNT_NAME] ?? '';

/** Whether the account is the one that the secret means: not its successor of the same name. */
export function isAccountOf(secret: Secret, account: ServiceAccount | undefined): boolean {
  const uid = secret.metadata.annotations?.[ACCOUNT_UID];
  return account !== undefined && (!uid || uid === uidOf(account));
}

/** The secret with everything in it. */
export const filled = (
  { secret, rootCertificate }: Observed,
  account: ServiceAccount,
  token: string,
): Secret => ({
  ...secret,
  metadata: {
    ...secret.metadata,
    annotations: { ...secret.metadata.annotations, [ACCOUNT_UID]: uidOf(account) },
  },
  data: {
    ...secret.data,
    token,
    'ca.crt': base64(rootCertificate),
    namespace: secret.data?.namespace || base64(secret.metadata.namespace ?? ''),
  },
});

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

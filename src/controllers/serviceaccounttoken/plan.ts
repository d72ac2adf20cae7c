import { isBeingDeleted, nameOf, uidOf } from '../../apimachinery/object.ts';
import type { Secret, ServiceAccount } from '../../generated/types.ts';
import { inStages, type Plan } from '../framework/controller.ts';

export const TOKEN_TYPE = 'kubernetes.io/service-account-token';
export const ACCOUNT_NAME = 'kubernetes.io/service-account.name';
const ACCOUNT_UID = 'kubernetes.io/service-account.uid';

export interface Observed {
  readonly secret: Secret;
  /** The account that the secret names, if there is one. */
  readonly account: ServiceAccount | undefined;
}

export type Action =
  | { readonly kind: 'delete' }
  | { readonly kind: 'fill'; readonly filled: Secret; readonly needsToken: boolean };

/** The secret gets what it lacks, or goes with its account. `certificate` is what the API server is trusted by, as PEM. */
export function planTokenSecret({ secret, account }: Observed, certificate: string): Plan<Action> {
  if (secret.type !== TOKEN_TYPE || isBeingDeleted(secret)) return inStages([]);
  if (!account || isOfAnother(secret, account)) return inStages<Action>([[{ kind: 'delete' }]]);
  const filled = withAccount(secret, account, certificate);
  const needsToken = !secret.data?.token;
  if (secret.immutable || (!needsToken && !differs(secret, filled))) return inStages([]);
  return inStages<Action>([[{ kind: 'fill', filled, needsToken }]]);
}

/** Made for an account of this name that was there before. */
function isOfAnother({ metadata }: Secret, account: ServiceAccount): boolean {
  const uid = metadata.annotations?.[ACCOUNT_UID];
  return uid !== undefined && uid !== '' && uid !== uidOf(account);
}

function withAccount(secret: Secret, account: ServiceAccount, certificate: string): Secret {
  const names = { [ACCOUNT_NAME]: nameOf(account), [ACCOUNT_UID]: uidOf(account) };
  return {
    ...secret,
    metadata: { ...secret.metadata, annotations: { ...secret.metadata.annotations, ...names } },
    data: {
      ...secret.data,
      ...(certificate && { 'ca.crt': base64(certificate) }),
      namespace: secret.data?.namespace || base64(secret.metadata.namespace ?? ''),
    },
  };
}

const differs = (before: Secret, after: Secret): boolean =>
  before.metadata.annotations?.[ACCOUNT_UID] !== after.metadata.annotations?.[ACCOUNT_UID] ||
  before.data?.['ca.crt'] !== after.data?.['ca.crt'] ||
  before.data?.namespace !== after.data?.namespace;

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

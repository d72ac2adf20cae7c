import { keyOf, nameOf, objectKey, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Informer } from '../../client/informer.ts';
import type { AuthenticationV1TokenRequest, Secret, ServiceAccount } from '../../generated/types.ts';
import { Secrets, ServiceAccounts } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import {
  type Action,
  accountName,
  base64,
  filled,
  isAccountOf,
  type Observed,
  planToken,
  TOKEN_TYPE,
} from './plan.ts';

/** The longest that the API server gives. A token of a secret is meant to last, and ends with the secret. */
const LIFE_SECONDS = 2 ** 32;

/** Puts tokens into the secrets that are made for them, and removes those of accounts that are gone. */
export class ServiceAccountTokenController implements Controller<Observed, Action> {
  readonly name = 'serviceaccounttoken';
  readonly #secrets: Informer<Secret>;
  readonly #accounts: Informer<ServiceAccount>;
  readonly #rootCertificate: string;

  constructor(context: ControllerContext, rootCertificate: string) {
    this.#secrets = context.informers
      .of(Secrets)
      .addIndex('account', (secret) => (secret.type === TOKEN_TYPE ? [accountKey(secret)] : []));
    this.#accounts = context.informers.of(ServiceAccounts);
    this.#rootCertificate = rootCertificate;
  }

  watch(enqueue: (key: string) => void): void {
    this.#secrets.onChange(({ after }) => {
      if (after?.type === TOKEN_TYPE) enqueue(keyOf(after));
    });
    this.#accounts.onChange(({ before, after }) => {
      if (before?.metadata.uid === after?.metadata.uid) return;
      for (const secret of this.#secrets.byIndex('account', keyOf((after ?? before)!)))
        enqueue(keyOf(secret));
    });
  }

  observe(key: string): Observed | undefined {
    const secret = this.#secrets.get(key);
    if (secret?.type !== TOKEN_TYPE) return undefined;
    const account = this.#accounts.get(accountKey(secret));
    return { secret, account, rootCertificate: this.#rootCertificate };
  }

  plan(seen: Observed) {
    return planToken(seen);
  }

  async execute(seen: Observed, action: Action, client: Client): Promise<void> {
    switch (action.kind) {
      case 'fill':
        return this.#fill(seen, seen.account!, client);
      case 'delete':
        return this.#delete(seen.secret, client);
    }
  }

  async #fill(seen: Observed, account: ServiceAccount, client: Client): Promise<void> {
    const token = seen.secret.data?.token || base64(await newToken(seen.secret, account, client));
    await client.update(Secrets, filled(seen, account, token));
  }

  /** The account may be newer than the cache. */
  async #delete(secret: Secret, client: Client): Promise<void> {
    const ref = { name: accountName(secret), namespace: secret.metadata.namespace };
    const account = await ignoreStatusError(client.get(ServiceAccounts, ref), 'NotFound');
    if (isAccountOf(secret, account)) return;
    const deletion = client.delete(Secrets, refOf(secret), { preconditions: { uid: uidOf(secret) } });
    await ignoreStatusError(deletion, 'NotFound', 'Conflict');
  }
}

const accountKey = (secret: Secret): string => objectKey(secret.metadata.namespace, accountName(secret));

async function newToken(secret: Secret, account: ServiceAccount, client: Client): Promise<string> {
  const boundObjectRef = { apiVersion: 'v1', kind: 'Secret', name: nameOf(secret), uid: uidOf(secret) };
  const { status } = await client.createSubresource<AuthenticationV1TokenRequest>(
    ServiceAccounts,
    refOf(account),
    'token',
    {
      metadata: {},
      spec: { audiences: [], boundObjectRef, expirationSeconds: LIFE_SECONDS },
    } as AuthenticationV1TokenRequest,
  );
  return status!.token!;
}

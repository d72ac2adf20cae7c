import { keyOf, nameOf, objectKey, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Informer } from '../../client/informer.ts';
import type { AuthenticationV1TokenRequest, Secret, ServiceAccount } from '../../generated/types.ts';
import { Secrets, ServiceAccounts } from '../../resources/kinds.ts';
import type { Controller, ControllerContext, Plan } from '../framework/controller.ts';
import { ACCOUNT_NAME, type Action, base64, type Observed, planTokenSecret, TOKEN_TYPE } from './plan.ts';

/** Such a token is for good, as upstream's: this is the longest that can be asked for. */
const LIFE_SECONDS = 2 ** 32;
const BY_ACCOUNT = 'serviceAccount';

/** Fills secrets that ask for a token of a service account, and deletes those whose account is gone (upstream's token controller). */
export class ServiceAccountTokenController implements Controller<Observed, Action> {
  readonly name = 'serviceaccounttoken';
  readonly #secrets: Informer<Secret>;
  readonly #accounts: Informer<ServiceAccount>;
  readonly #certificate: string;

  constructor({ informers }: ControllerContext, certificate: string) {
    this.#secrets = informers
      .of(Secrets)
      .addIndex(BY_ACCOUNT, (secret) => (secret.type === TOKEN_TYPE ? [accountKey(secret)] : []));
    this.#accounts = informers.of(ServiceAccounts);
    this.#certificate = certificate;
  }

  watch(enqueue: (key: string) => void): void {
    this.#secrets.onChange(({ after }) => after?.type === TOKEN_TYPE && enqueue(keyOf(after)));
    this.#accounts.onChange(({ before, after }) => {
      for (const secret of this.#secrets.byIndex(BY_ACCOUNT, keyOf((after ?? before)!)))
        enqueue(keyOf(secret));
    });
  }

  observe(key: string): Observed | undefined {
    const secret = this.#secrets.get(key);
    return secret && { secret, account: this.#accounts.get(accountKey(secret)) };
  }

  plan(seen: Observed): Plan<Action> {
    return planTokenSecret(seen, this.#certificate);
  }

  async execute({ secret, account }: Observed, action: Action, client: Client): Promise<void> {
    if (action.kind === 'delete') return deleteUnlessNewAccount(secret, account, client);
    const { filled, needsToken } = action;
    const token = needsToken && base64(await tokenOf(account!, secret, client));
    const data = { ...filled.data, ...(token && { token }) };
    await ignoreStatusError(client.update(Secrets, { ...filled, data }), 'NotFound');
  }
}

const accountKey = ({ metadata }: Secret): string =>
  objectKey(metadata.namespace, metadata.annotations?.[ACCOUNT_NAME] ?? '');

/** An account that was made together with its secret may not be in the cache yet: then its arrival brings the next look. */
async function deleteUnlessNewAccount(
  secret: Secret,
  seen: ServiceAccount | undefined,
  client: Client,
): Promise<void> {
  const account = {
    name: secret.metadata.annotations?.[ACCOUNT_NAME] ?? '',
    namespace: secret.metadata.namespace,
  };
  if (!seen && (await ignoreStatusError(client.get(ServiceAccounts, account), 'NotFound'))) return;
  const deletion = client.delete(Secrets, refOf(secret), { preconditions: { uid: uidOf(secret) } });
  await ignoreStatusError(deletion, 'NotFound', 'Conflict');
}

async function tokenOf(account: ServiceAccount, secret: Secret, client: Client): Promise<string> {
  const body: AuthenticationV1TokenRequest = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: {},
    spec: {
      audiences: [],
      expirationSeconds: LIFE_SECONDS,
      boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name: nameOf(secret), uid: uidOf(secret) },
    },
  };
  const answer = await client.createSubresource<AuthenticationV1TokenRequest>(
    ServiceAccounts,
    refOf(account),
    'token',
    body,
  );
  return answer.status?.token ?? '';
}

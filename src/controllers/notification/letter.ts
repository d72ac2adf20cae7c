import { isStatusError } from '../../apimachinery/errors.ts';
import type { Client } from '../../client/client.ts';
import { version } from '../../packaging/version.ts';
import { Secrets } from '../../resources/kinds.ts';
import type { Letter } from './courier.ts';
import { type Delivery, idempotencyKey } from './notice.ts';

/** Of a secret that is named: what its receiver wants to see. */
const AUTHORIZATION_KEY = 'authorization';

/** The request that delivers it. The secret is read now, so that a new one is used at once. */
export async function letterOf({ notice, target }: Delivery, client: Client): Promise<Letter> {
  const authorization = target.secret && (await authorizationIn(client, notice.namespace, target.secret));
  return {
    url: target.url,
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': `sampan/${version}`,
      'Idempotency-Key': idempotencyKey(notice),
      ...(authorization && { Authorization: authorization }),
    },
    body: JSON.stringify(notice),
  };
}

/** Throws, naming the secret, when it or its key is not there. */
async function authorizationIn(client: Client, namespace: string, name: string): Promise<string> {
  const encoded = await encodedIn(client, namespace, name);
  if (encoded === undefined) throw new Error(`secret "${name}" has no key "${AUTHORIZATION_KEY}"`);
  // Files end with a line break, and secrets are often made of files.
  return Buffer.from(encoded, 'base64').toString('utf8').trim();
}

async function encodedIn(client: Client, namespace: string, name: string): Promise<string | undefined> {
  try {
    return (await client.get(Secrets, { namespace, name })).data?.[AUTHORIZATION_KEY];
  } catch (error) {
    if (isStatusError(error, 'NotFound')) throw new Error(`there is no secret "${name}"`);
    throw error;
  }
}

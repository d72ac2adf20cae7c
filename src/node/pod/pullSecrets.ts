import { isStatusError } from '../../apimachinery/errors.ts';
import type { Client } from '../../client/client.ts';
import type { Pod, Secret } from '../../generated/types.ts';
import { Secrets } from '../../resources/kinds.ts';
import type { RegistryCredentials } from '../../runtime/runtime.ts';

/** What the pod's `imagePullSecrets` hold, of both of their types. A secret that is not there is no reason not to try, as upstream. */
export async function pullSecrets(
  { metadata, spec }: Pod,
  client: Pick<Client, 'get'>,
): Promise<RegistryCredentials[]> {
  const credentials: RegistryCredentials[] = [];
  for (const { name } of spec.imagePullSecrets ?? []) {
    if (!name) continue;
    try {
      credentials.push(...credentialsIn(await client.get(Secrets, { name, namespace: metadata.namespace })));
    } catch (error) {
      if (!isStatusError(error)) throw error;
    }
  }
  return credentials;
}

/** By registry. */
type Entries = Record<string, { auth?: string; username?: string; password?: string }>;

function credentialsIn({ data = {} }: Secret): RegistryCredentials[] {
  const { auths = {} } = parsed<{ auths?: Entries }>(data['.dockerconfigjson']);
  const entries = { ...parsed<Entries>(data['.dockercfg']), ...auths };
  return Object.entries(entries).map(([registry, { auth = '', username, password }]) => {
    const [name = '', word = ''] = Buffer.from(auth, 'base64').toString().split(/:(.*)/s);
    return { registry, username: username ?? name, password: password ?? word };
  });
}

/** What is spoilt holds nothing. */
function parsed<T extends object>(encoded: string | undefined): T {
  try {
    return (JSON.parse(Buffer.from(encoded ?? '', 'base64').toString()) ?? {}) as T;
  } catch {
    return {} as T;
  }
}

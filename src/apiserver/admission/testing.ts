import type { StatusError } from '../../apimachinery/errors.ts';
import { SeededRandom } from '../../clock/random.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import type { ServiceAccount } from '../../generated/types.ts';
import { newPrivateKeyPem } from '../../pki/keyPair.ts';
import { Namespaces, ServiceAccounts } from '../../resources/kinds.ts';
import { MemoryStore } from '../../store/memoryStore.ts';
import { createApiServer } from '../apiServer.ts';
import { namespace } from '../testing/registry.ts';

const serviceAccountKey = newPrivateKeyPem();

/** An API server with every plugin, the namespace `default`, and the account that a controller would have made there. */
export async function startAdmission() {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const server = createApiServer({ store: new MemoryStore(), clock, random, serviceAccountKey });
  const as = (user: string, ...groups: string[]) => server.client({ user, groups });
  const client = as('admin', 'system:masters');
  await client.create(Namespaces, namespace('default'));
  await client.create(ServiceAccounts, account('default'));
  return { clock, client, as, asNode: (name: string) => as(`system:node:${name}`, 'system:nodes') };
}

export const account = (name: string, rest: Partial<ServiceAccount> = {}): ServiceAccount => ({
  metadata: { name, namespace: 'default' },
  ...rest,
});

/** `403 Forbidden: pods "a" is forbidden: …`, or `done` for what is not refused. */
export async function outcome(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return 'done';
  } catch (error) {
    const { code, reason, message } = error as StatusError;
    return `${code} ${reason}: ${message}`;
  }
}

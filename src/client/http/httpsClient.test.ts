import { describe, expect, test } from 'vitest';
import { Namespaces } from '../../resources/kinds.ts';
import { clientContract } from '../client.contract.ts';
import { HttpsClient } from './httpsClient.ts';
import { adminAccess, clock, startLoopbackServer } from './testing/loopbackServer.ts';

describe('HttpsClient', () => {
  clientContract(async () => {
    const { apiServer, store, port } = await startLoopbackServer();
    const client = HttpsClient.to(await adminAccess(port), { clock });
    return {
      client,
      compact: () => store.compact(store.revision),
      close: async () => {
        client.close();
        await apiServer.close();
      },
    };
  });
});

test('whoever is impersonated may do no more than that', async () => {
  const { apiServer, port } = await startLoopbackServer();
  const client = HttpsClient.to(await adminAccess(port), { clock });
  const nobody = client.as({ user: 'nobody', groups: ['strangers', 'friends'] });
  await expect(nobody.get(Namespaces, { name: 'default' })).rejects.toMatchObject({
    reason: 'Forbidden',
    message:
      'namespaces "default" is forbidden: User "nobody" cannot get resource "namespaces" in API group "" in the namespace "default"',
  });
  client.close();
  await apiServer.close();
});

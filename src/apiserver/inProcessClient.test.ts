import { describe } from 'vitest';
import { clientContract } from '../client/client.contract.ts';
import { startRegistry } from './testing/registry.ts';

describe('InProcessClient', () => {
  clientContract(async () => {
    const { client, registry, store } = await startRegistry();
    return {
      client,
      compact: () => store.compact(store.revision),
      close: async () => registry.close(),
    };
  });
});

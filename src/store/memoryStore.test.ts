import { describe } from 'vitest';
import { MemoryStore } from './memoryStore.ts';
import { storeContract } from './store.contract.ts';

describe('MemoryStore', () => {
  storeContract(async () => ({ open: async () => new MemoryStore(), remove: async () => {} }), { runs: 300 });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { SqliteStore } from './sqliteStore.ts';
import { storeContract } from './store.contract.ts';

describe('SqliteStore', () => {
  storeContract(
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'sampan-store-'));
      return {
        open: () => SqliteStore.open(join(folder, 'state.db')),
        remove: async () => rmSync(folder, { recursive: true }),
      };
    },
    { runs: 20 },
  );
});

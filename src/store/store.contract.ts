import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listsContract } from './lists.contract.ts';
import { type Store, StoreUnavailableError } from './store.ts';
import { ModelStore } from './testing/modelStore.ts';
import { putText, textOf } from './testing/objects.ts';
import { operations, perform } from './testing/operations.ts';
import { watchesContract } from './watches.contract.ts';
import { writesContract } from './writes.contract.ts';

/** One place that keeps a store's data between openings. */
export interface StoreHome {
  /** Opens what the home holds. What lives in memory alone is empty each time. */
  open(): Promise<Store>;
  /** Takes the home down, after its stores are closed. */
  remove(): Promise<void>;
}

export interface ContractOptions {
  /** How many random histories to try. */
  readonly runs: number;
}

/** What every store promises. Each implementation passes this very suite. */
export function storeContract(newHome: () => Promise<StoreHome>, { runs }: ContractOptions): void {
  let home: StoreHome;
  let store: Store;

  beforeEach(async () => {
    home = await newHome();
    store = await home.open();
  });
  afterEach(async () => {
    await store.close();
    await home.remove();
  });

  writesContract(() => store);
  listsContract(() => store);
  watchesContract(() => store);

  test('compaction keeps the present, and a second one of the same revision does nothing', async () => {
    await putText(store, '/x/a', 'one');
    await putText(store, '/x/a', 'two');
    await store.delete('/x/gone', undefined);
    await store.compact(store.revision);
    await store.compact(store.revision);
    expect(textOf(store.get('/x/a'))).toBe('two');
    await expect(store.compact(store.revision + 5)).rejects.toThrow(RangeError);
  });

  test('closing waits for the writes under way, then refuses more', async () => {
    const writing = putText(store, '/x/a');
    await store.close();
    expect((await writing).key).toBe('/x/a');
    await expect(putText(store, '/x/b')).rejects.toThrow(StoreUnavailableError);
    await expect(store.delete('/x/a', undefined)).rejects.toThrow(StoreUnavailableError);
  });

  test('any sequence of operations does what a naive model does', async () => {
    await fc.assert(
      fc.asyncProperty(operations, async (sequence) => {
        const ownHome = await newHome();
        const real = await ownHome.open();
        try {
          const model = new ModelStore(real.revision, real.compactedRevision);
          for (const operation of sequence) await perform(operation, model, real);
        } finally {
          await real.close();
          await ownHome.remove();
        }
      }),
      { numRuns: runs },
    );
  });
}

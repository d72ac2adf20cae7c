import { queryObjects } from 'node:v8';
import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtualClock.ts';
import { MemoryStore } from '../store/memoryStore.ts';
import { createCluster } from './createCluster.ts';
import { TestCluster } from './testCluster.ts';

/** In a function of its own: nothing here holds it afterwards. */
async function useOne(): Promise<void> {
  await using cluster = await createCluster({ nodes: 2 });
  await cluster.listen();
  await cluster.clock.advance('10m');
}

test('a cluster that has stopped is not kept by anything: thousands may follow on each other in one process', async () => {
  for (let count = 0; count < 3; count++) await useOne();
  // What the last one had on its stack may take a moment longer.
  await expect
    .poll(() => [TestCluster, MemoryStore, VirtualClock].map((kind) => queryObjects(kind)), {
      timeout: 30_000,
    })
    .toEqual([0, 0, 0]);
});

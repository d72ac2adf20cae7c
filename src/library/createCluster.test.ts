import { expect, test } from 'vitest';
import { createCluster } from './createCluster.ts';

test.each([
  [{ nodes: -1 }, 'nodes: -1 is not possible'],
  [{ nodes: 1.5 }, 'nodes: 1.5 is not possible'],
  [{ timeZone: 'Mars/Base' }, 'timeZone: "Mars/Base" is unknown'],
  [{ startTime: 'tomorrow' }, '"tomorrow" is not a time'],
])('%o is refused', async (options, message) => {
  await expect(createCluster(options)).rejects.toThrow(message);
});

test('many clusters live side by side, each with its own time', async () => {
  await using early = await createCluster({ nodes: 1 });
  await using late = await createCluster({ nodes: 2, startTime: '2030-06-01T00:00:00Z' });
  await early.clock.advance('1h');
  expect(new Date(early.clock.now()).toISOString()).toBe('2026-01-01T01:00:00.000Z');
  expect(new Date(late.clock.now()).toISOString()).toBe('2030-06-01T00:00:00.000Z');
  expect(early.nodes.names).toEqual(['node01']);
  expect(late.nodes.names).toEqual(['node01', 'node02']);
});

test('a master keeps ordinary pods away', async () => {
  await using cluster = await createCluster({ nodes: 1, master: true });
  const { spec } = await cluster.client.get('v1', 'Node', { name: 'master01' });
  expect(spec?.taints).toEqual([{ key: 'node-role.kubernetes.io/master', effect: 'NoSchedule' }]);
});

test('kinds and nodes that there are not are named in the error', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await expect(cluster.client.list('batch/v2' as 'batch/v1', 'Job')).rejects.toThrow(
    'There is no kind "Job" in version "batch/v2"',
  );
  await expect(cluster.nodes.crash('node09')).rejects.toThrow('There is no node "node09": there are node01');
  await expect(cluster.clock.advance('soon')).rejects.toThrow('"soon" is not a duration');
  await expect(cluster.clock.advanceTo('2020-01-01T00:00Z')).rejects.toThrow(
    'it is 2026-01-01T00:00:00.000Z already',
  );
  await expect(cluster.clock.runUntil(() => false, { limit: '1m', what: 'a miracle' })).rejects.toThrow(
    'Waited in vain for a miracle: from 2026-01-01T00:00:00.000Z to 2026-01-01T00:01:00.000Z',
  );
});

test('on the system clock time goes by itself', async () => {
  await using cluster = await createCluster({ nodes: 1, clock: 'system' });
  const before = cluster.clock.now();
  await cluster.clock.advance(20);
  expect(cluster.clock.now() - before).toBeGreaterThanOrEqual(19);
  await cluster.clock.runUntil(() => cluster.clock.now() - before > 40);
  expect(() => cluster.clock.set('2030-01-01T00:00Z')).toThrow(
    "Cannot set the clock: the cluster runs on the system's",
  );
});

test('stopping twice is fine, and nothing moves afterwards', async () => {
  const cluster = await createCluster({ nodes: 1 });
  await cluster.stop();
  await cluster.stop();
  const length = cluster.history!.entries.length;
  await cluster.clock.advance('1h');
  expect(cluster.history!.entries).toHaveLength(length);
});

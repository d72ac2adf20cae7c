import { describe, expect, test } from 'vitest';
import type { Pod } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { conditionsOf, cronJob, job, jobNamed, podsOf, reasonsOf, startedAt, template } from './support.ts';

/** Case 5, beside what `cronJob.test.ts` has of it. */

const setBack = ({ clock }: TestCluster, ms: number) => clock.set(clock.now() - ms);

/** How many seconds it takes until so, whatever the hour is. */
async function secondsUntil(
  { clock }: TestCluster,
  isSo: () => Promise<boolean>,
  since: number,
): Promise<number> {
  await clock.runUntil(isSo, { limit: '10m' });
  return (clock.elapsed() - since) / 1000;
}

const restartsOf = async (cluster: TestCluster) =>
  (await podsOf(cluster))[0]?.status?.containerStatuses?.[0]?.restartCount ?? 0;

async function readiness(cluster: TestCluster, name: string): Promise<string | undefined> {
  const node = await cluster.client.get('v1', 'Node', { name });
  return node.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
}

const jumps = [
  { backBy: 'two minutes', ms: 120_000 },
  { backBy: 'an hour', ms: 3_600_000 },
];

describe.each(jumps)('case 5: when the clock is set back by $backBy', ({ ms }) => {
  test.each([{ restarts: false }, { restarts: true }])(
    'no time of a CronJob has two jobs (controllers that start anew: $restarts)',
    async ({ restarts }) => {
      await using cluster = await createCluster({ nodes: 1, startTime: '2026-01-01T00:00:00Z' });
      await cluster.apply(cronJob('tick', '*/10 * * * *', 'true', { successfulJobsHistoryLimit: 0 }));
      await cluster.clock.advanceTo('2026-01-01T02:00:10Z');
      const before = startedAt(cluster);
      setBack(cluster, ms);
      if (restarts) await cluster.restartControllers();
      await cluster.clock.advanceTo('2026-01-01T02:09:59Z');
      expect(startedAt(cluster)).toEqual(before);
      await cluster.clock.advanceTo('2026-01-01T02:20:10Z');
      expect(startedAt(cluster).slice(before.length)).toEqual(['02:10', '02:20']);
    },
  );

  test('a job makes its pods again at its pace', async () => {
    await using cluster = await createCluster({ nodes: 1 });
    await cluster.apply(job('bad', 'exit 1', { backoffLimit: 3 }));
    const begun = cluster.clock.elapsed();
    const seconds: number[] = [];
    for (const count of [2, 3, 4]) {
      await cluster.clock.advance('3s');
      setBack(cluster, ms);
      seconds.push(await secondsUntil(cluster, async () => (await podsOf(cluster)).length === count, begun));
    }
    expect(seconds).toEqual([10, 30, 70]);
  });

  test('a job whose pod succeeds is complete', async () => {
    await using cluster = await createCluster({ nodes: 1 });
    await cluster.apply(job('good', 'sleep 20'));
    const begun = cluster.clock.elapsed();
    await cluster.clock.advance('5s');
    setBack(cluster, ms);
    const isComplete = async () => conditionsOf(await jobNamed(cluster, 'good')).includes('Complete');
    expect(await secondsUntil(cluster, isComplete, begun)).toBe(20);
  });

  test('probes come at their pace', async () => {
    await using cluster = await createCluster({ nodes: 1 });
    const livenessProbe = { exec: { command: ['false'] }, periodSeconds: 10, failureThreshold: 3 };
    const [main] = template('sleep 100000').spec!.containers;
    const pod: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'sick', namespace: 'default' },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ ...main!, livenessProbe }] },
    };
    await cluster.apply(pod);
    const begun = cluster.clock.elapsed();
    await cluster.clock.advance('15s');
    setBack(cluster, ms);
    expect(await secondsUntil(cluster, async () => (await restartsOf(cluster)) === 1, begun)).toBe(20);
  });

  test('a node that dies is noticed after forty seconds, and one that lives stays ready', async () => {
    await using cluster = await createCluster({ nodes: 2 });
    await cluster.clock.advance('5m');
    await cluster.nodes.crash('node01');
    const begun = cluster.clock.elapsed();
    setBack(cluster, ms);
    const isLost = async () => (await readiness(cluster, 'node01')) === 'Unknown';
    const seconds = await secondsUntil(cluster, isLost, begun);
    expect(seconds).toBeGreaterThanOrEqual(30);
    expect(seconds).toBeLessThanOrEqual(40);
    await cluster.clock.advance('10m');
    expect(await readiness(cluster, 'node02')).toBe('True');
    expect(await reasonsOf(cluster, 'node02')).not.toContain('NodeNotReady');
  });
});

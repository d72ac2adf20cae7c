import { expect, test } from 'vitest';
import { daemonSet, job, jobNamed } from '../../test/cases/support.ts';
import { createCluster } from './createCluster.ts';
import { matchers } from './matchers.ts';

test('the matchers tell what is, and what is there instead', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  await cluster.apply([daemonSet('agent'), job('work', 'sleep 30')]);
  await cluster.clock.advance('10s');
  expect((await matchers.toHavePods(cluster, 2, { labelSelector: 'app=agent' })).pass).toBe(true);
  const pods = await matchers.toHavePods(cluster, 5);
  expect(pods.pass).toBe(false);
  expect(pods.message()).toMatch(/^expected 5 pods, there are 3: agent-\w{5} Running, /);
  expect((await matchers.toHave(cluster, 'ds/agent', 'rolled-out')).pass).toBe(true);
  expect((await matchers.toHave(cluster, 'job/work', 'complete')).message()).toBe(
    'expected job/work to be complete',
  );
  expect((await matchers.toHaveEvent(cluster, 'SuccessfulCreate')).pass).toBe(true);
  expect((await matchers.toHaveEvent(cluster, 'Evicted')).message()).toContain('Created pod: agent-');
  const unfinished = matchers.toHaveCondition(await jobNamed(cluster, 'work'), 'Complete');
  expect([unfinished.pass, unfinished.message()]).toEqual([
    false,
    'expected condition Complete, there are: none',
  ]);
  await cluster.waitFor('job/work', 'complete');
  expect(matchers.toHaveCondition(await jobNamed(cluster, 'work'), 'Complete').pass).toBe(true);
});

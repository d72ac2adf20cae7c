import { expect, test } from 'vitest';
import { cronJob, daemonSet, job } from '../../../test/cases/support.ts';
import { createCluster } from '../../index.ts';
import { parseCondition } from './condition.ts';

test('objects are waited for by their phase, their conditions, their rollout and their end', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  await cluster.apply([daemonSet('agent'), job('work', 'sleep 30'), cronJob('tick', '* * * * *', 'true')]);
  const holds = (object: string, what: string) =>
    parseCondition(object, what, 'default').holds(cluster.client);
  await cluster.clock.advance('10s');
  expect(await holds('ds/agent', 'rolled-out')).toBe(true);
  expect(await holds('job/work', 'complete')).toBe(false);
  expect(await holds('no/node01', 'Ready')).toBe(true);
  expect(await holds('namespaces/default', 'active')).toBe(true);
  expect(await holds('jobs.batch/work', 'deleted')).toBe(false);
  await cluster.clock.advance('30s');
  expect(await holds('job/work', 'complete')).toBe(true);
  expect(await holds('job/work', 'finished')).toBe(true);
  expect(await holds('job/other', 'deleted')).toBe(true);
  expect(await holds('job/other', 'complete')).toBe(false);
});

test.each([
  ['job', 'complete', '"job complete" is no condition'],
  ['job/a/b', 'complete', 'is no condition'],
  ['job/', 'complete', 'is no condition'],
])('"%s %s" is refused', (object, what, message) => {
  expect(() => parseCondition(object, what, 'default')).toThrow(message);
});

test('a kind that is not known, not even as a custom one, is refused', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  const condition = parseCondition('thing/x', 'ready', 'default');
  await expect(condition.holds(cluster.client)).rejects.toThrow('There is no kind "thing"');
});

test('what has no rollout cannot be waited for to be rolled out', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(job('work', 'true'));
  await expect(parseCondition('job/work', 'rolled-out', 'default').holds(cluster.client)).rejects.toThrow(
    'A Job has no rollout',
  );
});

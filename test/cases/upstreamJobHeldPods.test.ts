import { describe, expect, test } from 'vitest';
import type { JobSpec } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { type Counts, deletePods, endPods, livePods, untilCounts, writeStatus } from './podsByHand.ts';
import { conditionsOf, job, jobNamed, ref } from './support.ts';

// What upstream's integration tests assert of Jobs while their pods are on the way out, held by a finalizer of somebody else.

const withoutNodes = () => createCluster({ nodes: 0 });
const two = { parallelism: 2, completions: 2 };

async function started(cluster: TestCluster, spec: Partial<JobSpec>): Promise<void> {
  const work = job('work', 'true', spec);
  const annotations = { 'sampan.dev/retry-delay': '1s' };
  await cluster.apply({ ...work, metadata: { ...work.metadata, annotations } });
  await untilCounts(cluster, 'work', { active: 2 });
}

const until = (cluster: TestCluster, condition: string) =>
  cluster.clock.runUntil(async () => conditionsOf(await jobNamed(cluster, 'work')).includes(condition), {
    limit: '2m',
    what: condition,
  });

describe('a job of pods that somebody else holds back', () => {
  const held = { ...job('work', 'true').spec.template, metadata: { finalizers: ['example.com/held'] } };
  const indexed = { completionMode: 'Indexed', template: held, ...two } as const;

  const cases: Record<
    string,
    {
      spec: Partial<JobSpec>;
      act: (cluster: TestCluster) => Promise<void>;
      interim: Partial<Counts>;
      conditions: string[];
    }
  > = {
    'is failed only when they have ended': {
      spec: { ...two, template: held, backoffLimit: 0 },
      act: (cluster) => endPods(cluster, 'Failed', { count: 1 }),
      interim: { failed: 2, terminating: 1 },
      conditions: ['FailureTarget', 'Failed'],
    },
    'is complete only when they have ended': {
      spec: indexed,
      act: async (cluster) => {
        await endPods(cluster, 'Succeeded', { index: 0 });
        const body = { spec: { parallelism: 1, completions: 1 } };
        await cluster.client.patch('batch/v1', 'Job', ref('work'), { type: 'merge', body });
      },
      interim: { succeeded: 1, terminating: 1 },
      conditions: ['SuccessCriteriaMet', 'Complete'],
    },
  };
  for (const [name, { spec, act, interim, conditions }] of Object.entries(cases)) {
    test(name, async () => {
      await using cluster = await withoutNodes();
      await started(cluster, spec);
      await act(cluster);
      expect(conditionsOf(await untilCounts(cluster, 'work', interim))).toEqual(conditions.slice(0, 1));
      await endPods(cluster, 'Succeeded', { count: 1 });
      await untilCounts(cluster, 'work', { ...interim, terminating: 0 });
      await until(cluster, conditions[1]!);
      expect(conditionsOf(await jobNamed(cluster, 'work'))).toEqual(conditions);
    });
  }

  for (const completionMode of ['Indexed', 'NonIndexed'] as const) {
    test(`replaces (${completionMode}) what is terminating at once, unless it is to wait for the failure`, async () => {
      for (const [podReplacementPolicy, meanwhile] of [
        ['TerminatingOrFailed', { active: 2, failed: 2, terminating: 2 }],
        ['Failed', { terminating: 2 }],
      ] as const) {
        await using cluster = await withoutNodes();
        await started(cluster, { ...two, template: held, completionMode, podReplacementPolicy });
        await deletePods(cluster);
        await untilCounts(cluster, 'work', meanwhile);
        for (const pod of await livePods(cluster)) {
          if (pod.metadata.deletionTimestamp)
            await writeStatus(cluster, pod, { ...pod.status, phase: 'Failed' });
        }
        await untilCounts(cluster, 'work', { active: 2, failed: 2 });
      }
    });
  }
});

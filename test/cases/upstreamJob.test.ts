import { describe, expect, test } from 'vitest';
import type { JobSpec, PodCondition, PodStatus } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import {
  type Counts,
  endedStatus,
  endPods,
  indexesOf,
  indexOf,
  isHeld,
  livePods,
  untilCounts,
  writeStatus,
} from './podsByHand.ts';
import { conditionsOf, job, jobNamed, podsOf, ref } from './support.ts';

// What upstream's integration tests of Jobs assert, where there are no nodes and whoever tests writes the pods' status.

const FAILURES = 'batch.kubernetes.io/job-index-failure-count';
const withoutNodes = () => createCluster({ nodes: 0 });

/** A job of that spec without any node, once it has its pods. */
async function started(cluster: TestCluster, spec: Partial<JobSpec>): Promise<void> {
  const work = job('work', 'true', spec);
  const annotations = { 'sampan.dev/retry-delay': '1s' };
  await cluster.apply({ ...work, metadata: { ...work.metadata, annotations } });
  await untilCounts(cluster, 'work', { active: spec.parallelism ?? 1 });
}

const until = (cluster: TestCluster, condition: string) =>
  cluster.clock.runUntil(async () => conditionsOf(await jobNamed(cluster, 'work')).includes(condition), {
    limit: '2m',
    what: condition,
  });

const disrupted: PodStatus = {
  phase: 'Failed',
  conditions: [{ type: 'DisruptionTarget', status: 'True' } as PodCondition],
};

describe('podFailurePolicy', () => {
  const spec: Partial<JobSpec> = {
    podFailurePolicy: {
      rules: [
        { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        { action: 'Count', onExitCodes: { operator: 'In', values: [10] } },
        { action: 'FailJob', onExitCodes: { operator: 'In', values: [-1073741510, 5, 6, 7] } },
      ],
    },
  };
  const cases: Record<string, { status: PodStatus; want: Partial<Counts>; end: string[] }> = {
    'an exit code that fails the job': {
      status: endedStatus('Failed', 5),
      want: { failed: 1 },
      end: ['FailureTarget', 'Failed'],
    },
    'a negative exit code': {
      status: endedStatus('Failed', -1073741510),
      want: { failed: 1 },
      end: ['FailureTarget', 'Failed'],
    },
    'an exit code that counts': {
      status: endedStatus('Failed', 10),
      want: { active: 1, failed: 1 },
      end: ['SuccessCriteriaMet', 'Complete'],
    },
    'a disruption that is ignored': {
      status: disrupted,
      want: { active: 1 },
      end: ['SuccessCriteriaMet', 'Complete'],
    },
    'what no rule matches': {
      status: endedStatus('Failed', 0),
      want: { active: 1, failed: 1 },
      end: ['SuccessCriteriaMet', 'Complete'],
    },
  };
  for (const restarted of [false, true]) {
    for (const [name, { status, want, end }] of Object.entries(cases)) {
      test(`${name}${restarted ? ', seen by controllers that take over' : ''}`, async () => {
        await using cluster = await withoutNodes();
        await started(cluster, spec);
        await writeStatus(cluster, (await podsOf(cluster))[0]!, status);
        if (restarted) await cluster.restartControllers();
        await untilCounts(cluster, 'work', want);
        if (want.active) await endPods(cluster, 'Succeeded', { count: 1 });
        await until(cluster, end.at(-1)!);
        expect(conditionsOf(await jobNamed(cluster, 'work'))).toEqual(end);
        expect((await podsOf(cluster)).filter(isHeld)).toEqual([]);
      });
    }
  }
});

interface End {
  readonly index: number;
  readonly status: PodStatus;
  readonly want: Partial<Counts>;
  readonly live: readonly number[];
  readonly completed?: string;
  readonly failed?: string;
  /** What the pod that replaces it says of failures. */
  readonly failures?: string;
}

const failedWith = (exitCode: number) => endedStatus('Failed', exitCode);
const succeeded = endedStatus('Succeeded');
const two = { parallelism: 2, completions: 2 };
const three = { parallelism: 3, completions: 3 };

describe('an Indexed job', () => {
  const cases: Record<string, { spec: Partial<JobSpec>; ends: readonly End[]; reason: string }> = {
    'is complete by its success policy while an index still waits': {
      spec: { ...two, successPolicy: { rules: [{ succeededIndexes: '1' }] } },
      ends: [{ index: 1, status: succeeded, want: { succeeded: 1 }, live: [], completed: '1' }],
      reason: 'SuccessPolicy',
    },
    'is complete by its success policy once enough have succeeded': {
      spec: { ...two, successPolicy: { rules: [{ succeededCount: 1 }] } },
      ends: [{ index: 1, status: succeeded, want: { succeeded: 1 }, live: [], completed: '1' }],
      reason: 'SuccessPolicy',
    },
    'with both policies has failed when all indexes have ended and one failed': {
      spec: { ...two, backoffLimitPerIndex: 0, successPolicy: { rules: [{ succeededCount: 1 }] } },
      ends: [
        { index: 0, status: failedWith(1), want: { active: 1, failed: 1 }, live: [1], failed: '0' },
        {
          index: 1,
          status: succeeded,
          want: { succeeded: 1, failed: 1 },
          live: [],
          completed: '1',
          failed: '0',
        },
      ],
      reason: 'FailedIndexes',
    },
    'tries an index again up to the limit of each index': {
      spec: { ...two, backoffLimitPerIndex: 2 },
      ends: [
        {
          index: 0,
          status: failedWith(1),
          want: { active: 2, failed: 1 },
          live: [0, 1],
          failed: '',
          failures: '1',
        },
        {
          index: 0,
          status: failedWith(1),
          want: { active: 2, failed: 2 },
          live: [0, 1],
          failed: '',
          failures: '2',
        },
        { index: 0, status: failedWith(1), want: { active: 1, failed: 3 }, live: [1], failed: '0' },
        {
          index: 1,
          status: succeeded,
          want: { succeeded: 1, failed: 3 },
          live: [],
          completed: '1',
          failed: '0',
        },
      ],
      reason: 'FailedIndexes',
    },
    'fails by the limit of the whole job, and what it stops counts as failed': {
      spec: { ...three, backoffLimitPerIndex: 1, backoffLimit: 2 },
      ends: [
        { index: 0, status: failedWith(1), want: { active: 3, failed: 1 }, live: [0, 1, 2], failed: '' },
        { index: 1, status: failedWith(1), want: { active: 3, failed: 2 }, live: [0, 1, 2], failed: '' },
        { index: 2, status: failedWith(1), want: { failed: 5 }, live: [], failed: '' },
      ],
      reason: 'BackoffLimitExceeded',
    },
    'fails when more indexes failed than it allows': {
      spec: { ...three, backoffLimitPerIndex: 0, maxFailedIndexes: 1 },
      ends: [
        { index: 0, status: failedWith(1), want: { active: 2, failed: 1 }, live: [1, 2], failed: '0' },
        { index: 1, status: failedWith(1), want: { failed: 3 }, live: [], failed: '0,1' },
      ],
      reason: 'MaxFailedIndexesExceeded',
    },
    'gives an index up when a rule says so': {
      spec: {
        ...two,
        backoffLimitPerIndex: 1,
        podFailurePolicy: {
          rules: [
            { action: 'FailIndex', onExitCodes: { operator: 'In', values: [13] } },
            { action: 'FailIndex', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          ],
        },
      },
      ends: [
        { index: 0, status: failedWith(13), want: { active: 1, failed: 1 }, live: [1], failed: '0' },
        { index: 1, status: disrupted, want: { failed: 2 }, live: [], failed: '0,1' },
      ],
      reason: 'FailedIndexes',
    },
  };
  for (const [name, { spec, ends, reason }] of Object.entries(cases)) {
    test(name, async () => {
      await using cluster = await withoutNodes();
      await started(cluster, { completionMode: 'Indexed', ...spec });
      for (const { index, status, want, live, completed, failed, failures } of ends) {
        const pod = (await livePods(cluster)).find((pod) => indexOf(pod) === index)!;
        await writeStatus(cluster, pod, status);
        const { status: now } = await untilCounts(cluster, 'work', want);
        const left = await livePods(cluster);
        expect(indexesOf(left)).toEqual(live);
        expect([now?.completedIndexes, now?.failedIndexes]).toEqual([completed, failed]);
        if (failures === undefined) continue;
        const replacement = left.find((pod) => indexOf(pod) === index);
        expect(replacement?.metadata.annotations?.[FAILURES]).toBe(failures);
      }
      const isOver = ({ reason: why, type }: { reason?: string; type: string }) =>
        why === reason && (type === 'Complete' || type === 'Failed');
      await cluster.clock.runUntil(
        async () => (await jobNamed(cluster, 'work')).status?.conditions?.some(isOver) ?? false,
        {
          limit: '2m',
          what: reason,
        },
      );
      expect((await podsOf(cluster)).filter(isHeld)).toEqual([]);
    });
  }

  test('makes the replacement of a pod that was deleted after it failed with one failure more', async () => {
    await using cluster = await withoutNodes();
    await started(cluster, { completions: 1, backoffLimitPerIndex: 1, completionMode: 'Indexed' });
    const [pod] = await podsOf(cluster);
    await endPods(cluster, 'Failed', { index: 0 });
    await cluster.client.delete('v1', 'Pod', ref(pod!.metadata.name!));
    await untilCounts(cluster, 'work', { active: 1, failed: 1 });
    const [replacement] = await livePods(cluster);
    expect(replacement?.metadata.annotations?.[FAILURES]).toBe('1');
    await endPods(cluster, 'Succeeded', { index: 0 });
    await untilCounts(cluster, 'work', { succeeded: 1, failed: 1 });
    await until(cluster, 'Complete');
  });
});

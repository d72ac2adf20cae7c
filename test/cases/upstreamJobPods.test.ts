import { describe, expect, test } from 'vitest';
import type { Job, JobSpec, Pod } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import {
  type Counts,
  countsOf,
  endedStatus,
  endPods,
  indexesOf,
  isHeld,
  livePods,
  untilCounts,
  writeStatus,
} from './podsByHand.ts';
import { conditionsOf, job, jobNamed, podsOf, ref } from './support.ts';

// What upstream's integration tests assert of how a Job's numbers follow its pods, its size and its suspension.

const withoutNodes = () => createCluster({ nodes: 0 });
const update = (cluster: TestCluster, spec: object) =>
  cluster.client.patch('batch/v1', 'Job', ref('work'), { type: 'merge', body: { spec } });

async function start(cluster: TestCluster, spec: Partial<JobSpec>): Promise<Job> {
  await cluster.apply(job('work', 'true', spec));
  return untilCounts(cluster, 'work', { active: spec.suspend ? 0 : (spec.parallelism ?? 1) });
}

/** Marks so many live pods as ready. */
async function makeReady(cluster: TestCluster, count: number): Promise<void> {
  for (const pod of (await livePods(cluster)).slice(0, count)) {
    const conditions = [...(pod.status?.conditions ?? []), { type: 'Ready', status: 'True' }];
    await writeStatus(cluster, pod, { ...pod.status, conditions } as NonNullable<Pod['status']>);
  }
}

const untilOver = (cluster: TestCluster, condition: 'Complete' | 'Failed' = 'Complete') =>
  cluster.clock.runUntil(async () => conditionsOf(await jobNamed(cluster, 'work')).includes(condition), {
    limit: '1m',
    what: condition,
  });

type Step =
  | { readonly ready: number }
  | { readonly fail: number }
  | { readonly succeed: number }
  | { readonly set: object };

const stories: Record<string, { spec: Partial<JobSpec>; steps: [Step, Partial<Counts>][] }> = {
  'a work queue makes no more pods once one has succeeded': {
    spec: { parallelism: 5 },
    steps: [
      [{ ready: 2 }, { active: 5, ready: 2 }],
      [{ fail: 2 }, { active: 5, failed: 2 }],
      [{ succeed: 1 }, { active: 4, failed: 2, succeeded: 1 }],
      [{ fail: 2 }, { active: 2, failed: 4, succeeded: 1 }],
      [{ succeed: 2 }, { failed: 4, succeeded: 3 }],
    ],
  },
  'parallelism that goes down and up again is no failure': {
    spec: { parallelism: 5, backoffLimit: 2 },
    steps: [
      [{ set: { parallelism: 2 } }, { active: 2 }],
      [{ set: { parallelism: 4 } }, { active: 4 }],
      [{ succeed: 4 }, { succeeded: 4 }],
    ],
  },
  'so many pods run as are still wanted': {
    spec: { parallelism: 54, completions: 56 },
    steps: [
      [{ ready: 52 }, { active: 54, ready: 52 }],
      [{ fail: 2 }, { active: 54, ready: 50, failed: 2 }],
      [{ succeed: 53 }, { active: 3, failed: 2, succeeded: 53 }],
      [{ succeed: 3 }, { failed: 2, succeeded: 56 }],
    ],
  },
};

for (const [name, { spec, steps }] of Object.entries(stories)) {
  test(name, async () => {
    await using cluster = await withoutNodes();
    await start(cluster, spec);
    for (const [step, counts] of steps) {
      if ('ready' in step) await makeReady(cluster, step.ready);
      else if ('fail' in step) await endPods(cluster, 'Failed', { count: step.fail });
      else if ('succeed' in step) await endPods(cluster, 'Succeeded', { count: step.succeed });
      else await update(cluster, step.set);
      await untilCounts(cluster, 'work', counts);
      const live = await livePods(cluster);
      expect([live.length, live.filter(isHeld).length]).toEqual([counts.active ?? 0, counts.active ?? 0]);
    }
    await untilOver(cluster);
    expect((await podsOf(cluster)).filter(isHeld)).toEqual([]);
  });
}

interface Resize {
  readonly completions?: number;
  readonly succeed?: readonly number[];
  readonly fail?: readonly number[];
  readonly completed: string | undefined;
  readonly live: readonly number[];
  readonly failed?: number;
  readonly succeeded?: number;
}

describe('an Indexed job that changes its size', () => {
  const cases: Record<string, readonly Resize[]> = {
    grows: [{ completions: 4, succeed: [0, 1, 2, 3], completed: '0-3', live: [] }],
    'shrinks, and failures beyond its end still count, but successes do not': [
      { succeed: [1], fail: [2], completed: '1', live: [0, 2], failed: 1 },
      { completions: 1, succeed: [0], completed: '0', live: [], failed: 1 },
    ],
    'shrinks and grows again, and runs an index that had succeeded anew': [
      { succeed: [2], completed: '2', live: [0, 1] },
      { completions: 2, completed: undefined, live: [0, 1], succeeded: 0 },
      { completions: 3, succeed: [0, 1, 2], completed: '0-2', live: [] },
    ],
    'shrinks to nothing, and is complete': [{ completions: 0, completed: undefined, live: [] }],
  };
  for (const [name, resizes] of Object.entries(cases)) {
    test(name, async () => {
      await using cluster = await withoutNodes();
      await start(cluster, { parallelism: 3, completions: 3, completionMode: 'Indexed' });
      for (const {
        completions,
        succeed = [],
        fail = [],
        completed,
        live,
        failed = 0,
        succeeded,
      } of resizes) {
        if (completions !== undefined) await update(cluster, { completions, parallelism: completions });
        await cluster.clock.settle();
        for (const index of succeed) await endPods(cluster, 'Succeeded', { index });
        for (const index of fail) await endPods(cluster, 'Failed', { index });
        const counts = { active: live.length, succeeded: succeeded ?? succeed.length, failed };
        const { status } = await untilCounts(cluster, 'work', counts);
        expect(status?.completedIndexes).toBe(completed);
        expect(indexesOf(await livePods(cluster))).toEqual(live);
      }
      await untilOver(cluster);
    });
  }

  test('cannot be made so that completions and parallelism differ', async () => {
    await using cluster = await withoutNodes();
    await start(cluster, { parallelism: 3, completions: 3, completionMode: 'Indexed' });
    await expect(update(cluster, { completions: 4 })).rejects.toThrow(
      'spec.completions: Invalid value: 4: can only be modified in tandem with spec.parallelism',
    );
  });
});

describe('a job that is suspended', () => {
  const suspendedOf = ({ status }: Job) => status?.conditions?.find(({ type }) => type === 'Suspended');
  test('has no start, no pods and a condition, and gets them when it is resumed', async () => {
    await using cluster = await withoutNodes();
    await start(cluster, { parallelism: 2, completions: 4, suspend: true });
    await cluster.clock.advance('10s');
    const before = await jobNamed(cluster, 'work');
    expect(countsOf(before)).toEqual({ active: 0, ready: 0, terminating: 0, succeeded: 0, failed: 0 });
    expect(before.status?.startTime).toBeUndefined();
    expect(suspendedOf(before)).toMatchObject({
      status: 'True',
      reason: 'JobSuspended',
      message: 'Job suspended',
    });
    await update(cluster, { suspend: false });
    const resumed = await untilCounts(cluster, 'work', { active: 2 });
    expect(suspendedOf(resumed)).toMatchObject({
      status: 'False',
      reason: 'JobResumed',
      message: 'Job resumed',
    });
    expect(resumed.status?.startTime).toBeDefined();
    await update(cluster, { suspend: true });
    const again = await untilCounts(cluster, 'work', {});
    expect([suspendedOf(again)?.status, again.status?.startTime]).toEqual(['True', undefined]);
    expect(await podsOf(cluster)).toEqual([]);
    const { items } = await cluster.client.list('v1', 'Event', { namespace: 'default' });
    const told = items.filter(({ involvedObject }) => involvedObject.uid === before.metadata.uid);
    const reasons = told.map(({ reason }) => reason);
    expect(reasons).toEqual(
      expect.arrayContaining(['Suspended', 'Resumed', 'SuccessfulCreate', 'SuccessfulDelete']),
    );
    expect(new Set(told.map(({ source }) => source?.component))).toEqual(new Set(['job-controller']));
  });

  test('takes new scheduling directives until it starts, in the same write that resumes it, and not after', async () => {
    await using cluster = await withoutNodes();
    await start(cluster, { parallelism: 1, suspend: true });
    const directives = {
      spec: {
        nodeSelector: { foo: 'bar' },
        tolerations: [{ key: 'example.com/x', operator: 'Exists' }],
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 1, preference: { matchExpressions: [{ key: 'disk', operator: 'Exists' }] } },
            ],
          },
        },
        schedulingGates: [{ name: 'example.com/gate' }],
      },
      metadata: { labels: { queue: 'a' }, annotations: { note: 'b' } },
    };
    await update(cluster, { suspend: false, template: directives });
    await untilCounts(cluster, 'work', { active: 1 });
    const [pod] = await podsOf(cluster);
    expect(pod!.spec.tolerations).toEqual(expect.arrayContaining(directives.spec.tolerations));
    const { tolerations: _, ...others } = directives.spec;
    expect(pod).toMatchObject({ ...directives, spec: others });
    await expect(update(cluster, { template: { spec: { nodeSelector: { foo: 'baz' } } } })).rejects.toThrow(
      'spec.template: Invalid value',
    );
    await update(cluster, { suspend: true });
    await untilCounts(cluster, 'work', {});
    await update(cluster, { template: { spec: { nodeSelector: { foo: 'baz' } } } });
  });
});

test('one failure among many successes fails a job without retries, whoever is in charge by then', async () => {
  await using cluster = await withoutNodes();
  await start(cluster, { completions: 10, parallelism: 10, backoffLimit: 0 });
  cluster.controllerLink.cut();
  await endPods(cluster, 'Failed', { count: 1 });
  await endPods(cluster, 'Succeeded', { count: 9 });
  await cluster.restartControllers();
  await untilOver(cluster, 'Failed');
  expect((await podsOf(cluster)).filter(isHeld)).toEqual([]);
});

test('a job that is deleted while nobody is in charge leaves no pod with the finalizer', async () => {
  await using cluster = await withoutNodes();
  await start(cluster, {});
  cluster.controllerLink.cut();
  await cluster.client.delete('batch/v1', 'Job', ref('work'), { propagationPolicy: 'Orphan' });
  await cluster.restartControllers();
  await cluster.clock.advance('1m');
  expect((await podsOf(cluster)).filter(isHeld)).toEqual([]);
});

test('a pod that somebody took from its job is taken back, held for the books, and counted; one without its labels is let go', async () => {
  await using cluster = await withoutNodes();
  const { metadata } = await start(cluster, { parallelism: 2, completions: 4 });
  const [pod, other] = (await podsOf(cluster)).map(({ metadata }) => ref(metadata.name!));
  const change = (at: { name: string }, metadata: object) =>
    cluster.client.patch('v1', 'Pod', { ...at, namespace: 'default' }, { type: 'merge', body: { metadata } });
  await change(pod!, { ownerReferences: null });
  await cluster.clock.advance('10s');
  const taken = await cluster.client.get('v1', 'Pod', pod!);
  expect(taken.metadata.ownerReferences).toMatchObject([{ kind: 'Job', name: 'work', uid: metadata.uid }]);
  expect(isHeld(taken)).toBe(true);
  await writeStatus(cluster, taken, endedStatus('Succeeded'));
  await untilCounts(cluster, 'work', { active: 2, succeeded: 1 });
  await change(other!, { labels: null });
  await untilCounts(cluster, 'work', { active: 2, succeeded: 1 });
  await cluster.clock.advance('10s');
  const released = await cluster.client.get('v1', 'Pod', other!);
  expect([released.metadata.ownerReferences ?? [], isHeld(released)]).toEqual([[], false]);
});

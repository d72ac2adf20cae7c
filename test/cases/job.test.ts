import { expect, test } from 'vitest';
import type { Job, Pod } from '../../src/generated/types.ts';
import { createCluster, type TestCluster } from '../../src/index.ts';
import { conditionsOf, crashAfterWrite, job, jobNamed, podsOf, reasonsOf, ref, template } from './support.ts';

const TRACKING = 'batch.kubernetes.io/job-tracking';
const INDEX = 'batch.kubernetes.io/job-completion-index';

const withFinalizer = (pods: readonly Pod[]) =>
  pods.filter(({ metadata }) => metadata.finalizers?.includes(TRACKING)).map(({ metadata }) => metadata.name);

const patchJob = (cluster: TestCluster, name: string, body: object, subresource?: 'status') =>
  cluster.client.patch(
    'batch/v1',
    'Job',
    ref(name),
    { type: 'merge', body },
    { ...(subresource && { subresource }) },
  );

const indexOf = ({ metadata }: Pod) => Number(metadata.annotations?.[INDEX]);
const isRunning = ({ status }: Pod) => status?.phase === 'Running';

/** All pods that were ever made for jobs, oldest first. */
const podsMade = (cluster: TestCluster): readonly Pod[] =>
  cluster
    .history!.of('Pod')
    .filter(({ type }) => type === 'ADDED')
    .map(({ object }) => object as Pod);

/** The most pods of jobs that were live at any moment. */
function mostLive(cluster: TestCluster): number {
  const live = new Set<string>();
  let most = 0;
  for (const { type, key, object } of cluster.history!.of('Pod')) {
    const { phase } = (object as Pod).status ?? {};
    if (type === 'DELETED' || phase === 'Succeeded' || phase === 'Failed') live.delete(key);
    else live.add(key);
    most = Math.max(most, live.size);
  }
  return most;
}

for (const propagationPolicy of ['Background', 'Foreground', 'Orphan'] as const) {
  test(`case 16 (#108645, #109429, #127917): a job that is deleted (${propagationPolicy}) while it runs leaves no pod that its finalizer holds`, async () => {
    await using cluster = await createCluster({ nodes: 2 });
    await cluster.apply(job('work', 'sleep 60', { completions: 6, parallelism: 3 }));
    await cluster.clock.advance('70s');
    await cluster.client.delete('batch/v1', 'Job', ref('work'), { propagationPolicy });
    await cluster.clock.advance('5m');
    expect(withFinalizer(await podsOf(cluster))).toEqual([]);
    expect((await podsOf(cluster)).length).toBe(propagationPolicy === 'Orphan' ? 6 : 0);
  });
}

for (const completionMode of ['NonIndexed', 'Indexed'] as const) {
  test(`case 16 (#109485): a job (${completionMode}) whose six hundred pods end in one moment is complete only when none has the finalizer`, async () => {
    await using cluster = await createCluster({ nodes: 6, history: false });
    await cluster.apply(job('wide', 'sleep 30', { completions: 600, parallelism: 600, completionMode }));
    await cluster.clock.runUntil(async () =>
      conditionsOf(await jobNamed(cluster, 'wide')).includes('Complete'),
    );
    expect(withFinalizer(await podsOf(cluster))).toEqual([]);
    const wide = await jobNamed(cluster, 'wide');
    expect(wide.status).toMatchObject({ succeeded: 600, uncountedTerminatedPods: {} });
    expect(conditionsOf(wide)).toEqual(['SuccessCriteriaMet', 'Complete']);
  });
}

test('case 17 (#81227, #91235): finished pods that somebody deletes stay counted', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  await cluster.apply(job('work', 'sleep 10', { completions: 5, parallelism: 1 }));
  for (let round = 1; round <= 4; round++) {
    await cluster.clock.runUntil(async () => (await jobNamed(cluster, 'work')).status?.succeeded === round);
    for (const pod of await podsOf(cluster)) {
      if (pod.status?.phase === 'Succeeded')
        await cluster.client.delete('v1', 'Pod', ref(pod.metadata.name!));
    }
  }
  await cluster.clock.runUntil(async () =>
    conditionsOf(await jobNamed(cluster, 'work')).includes('Complete'),
  );
  expect((await jobNamed(cluster, 'work')).status?.succeeded).toBe(5);
  expect(podsMade(cluster)).toHaveLength(5);
});

test('case 18 (#108887): an index that has succeeded never runs again, though its pod is deleted and the controllers die', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  await cluster.apply(
    job('work', 'sleep $((5 + JOB_COMPLETION_INDEX * 5))', {
      completions: 5,
      parallelism: 5,
      completionMode: 'Indexed',
    }),
  );
  await cluster.clock.runUntil(async () => (await jobNamed(cluster, 'work')).status?.succeeded === 2);
  for (const pod of await podsOf(cluster)) {
    if (pod.status?.phase === 'Succeeded') await cluster.client.delete('v1', 'Pod', ref(pod.metadata.name!));
  }
  await cluster.restartControllers();
  await cluster.clock.runUntil(async () =>
    conditionsOf(await jobNamed(cluster, 'work')).includes('Complete'),
  );
  expect(podsMade(cluster).map(indexOf).sort()).toEqual([0, 1, 2, 3, 4]);
  expect((await jobNamed(cluster, 'work')).status?.completedIndexes).toBe('0-4');
});

test('case 18: of two pods with the same index one is removed in favour of the index that has none, and the index counts once', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  await cluster.apply(
    job('work', 'sleep 300', { completions: 2, parallelism: 2, completionMode: 'Indexed' }),
  );
  await cluster.clock.advance('5s');
  const second = (await podsOf(cluster)).find((pod) => indexOf(pod) === 1)!;
  cluster.controllerLink.cut();
  await cluster.client.delete('v1', 'Pod', ref(second.metadata.name!));
  const first = (await podsOf(cluster)).find((pod) => indexOf(pod) === 0)!;
  const { labels, annotations, finalizers, ownerReferences, namespace } = first.metadata;
  const metadata = { name: 'twin', namespace, labels, annotations, finalizers, ownerReferences };
  const { nodeName: _, ...spec } = first.spec;
  await cluster.apply({ apiVersion: 'v1', kind: 'Pod', metadata, spec } as Pod);
  await cluster.restartControllers();
  await cluster.clock.advance('1m');
  const live = (await podsOf(cluster)).filter(({ metadata }) => !metadata.deletionTimestamp);
  expect(live.map(indexOf).sort()).toEqual([0, 1]);
  await cluster.clock.advance('10m');
  expect((await jobNamed(cluster, 'work')).status).toMatchObject({ completedIndexes: '0,1', succeeded: 2 });
});

test('case 18: indexes beyond the completions that a job was shrunk to are not counted', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  await cluster.apply(
    job('work', 'sleep $((30 - JOB_COMPLETION_INDEX * 5))', {
      completions: 5,
      parallelism: 5,
      completionMode: 'Indexed',
    }),
  );
  // 4 and 3 have succeeded.
  await cluster.clock.runUntil(async () => (await jobNamed(cluster, 'work')).status?.succeeded === 2);
  expect((await jobNamed(cluster, 'work')).status?.completedIndexes).toBe('3,4');
  await patchJob(cluster, 'work', { spec: { completions: 2, parallelism: 2 } });
  await cluster.clock.runUntil(async () =>
    conditionsOf(await jobNamed(cluster, 'work')).includes('Complete'),
  );
  expect((await jobNamed(cluster, 'work')).status).toMatchObject({ completedIndexes: '0,1', succeeded: 2 });
});

/** A job with a pod on a node that has gone silent: deleted, but nobody confirms it. */
async function jobWithTerminatingPod(podReplacementPolicy: 'Failed' | 'TerminatingOrFailed') {
  const cluster = await createCluster({ nodes: 2 });
  await cluster.apply(job('work', 'sleep 1000', { podReplacementPolicy }));
  await cluster.clock.advance('10s');
  const [pod] = await podsOf(cluster);
  cluster.nodes.partition(pod!.spec.nodeName!);
  await cluster.client.delete('v1', 'Pod', ref(pod!.metadata.name!));
  await cluster.clock.advance('10s');
  return { cluster, node: pod!.spec.nodeName! };
}

test('case 19 (#115844, #123775): with podReplacementPolicy Failed a pod that is still terminating is not replaced', async () => {
  const { cluster, node } = await jobWithTerminatingPod('Failed');
  await using _ = cluster;
  expect(podsMade(cluster)).toHaveLength(1);
  expect((await jobNamed(cluster, 'work')).status).toMatchObject({ terminating: 1 });
  expect((await jobNamed(cluster, 'work')).status?.active).toBeUndefined();
  cluster.nodes.heal(node);
  await cluster.clock.advance('1m');
  expect(podsMade(cluster)).toHaveLength(2);
  expect(mostLive(cluster)).toBe(1);
});

test('case 19 (#125089): with podReplacementPolicy TerminatingOrFailed it is replaced at once', async () => {
  const { cluster } = await jobWithTerminatingPod('TerminatingOrFailed');
  await using _ = cluster;
  expect(podsMade(cluster)).toHaveLength(2);
  expect((await jobNamed(cluster, 'work')).status).toMatchObject({ active: 1, terminating: 1 });
});

test('case 20 (#125909): a condition FailureTarget=False of somebody else does not make the job fail', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(job('work', 'sleep 30'));
  await cluster.clock.advance('10s');
  const condition = { type: 'FailureTarget', status: 'False', reason: 'Foreign', message: '' };
  await patchJob(cluster, 'work', { status: { conditions: [condition] } }, 'status');
  await cluster.clock.advance('1m');
  expect(conditionsOf(await jobNamed(cluster, 'work'))).toEqual(['SuccessCriteriaMet', 'Complete']);
});

test('case 21 (#134521): a job that is suspended and resumed starts anew, and its deadline too', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(job('work', 'sleep 40', { activeDeadlineSeconds: 60 }));
  await cluster.clock.advance('30s');
  await patchJob(cluster, 'work', { spec: { suspend: true } });
  await cluster.clock.advance('10m');
  const suspended = await jobNamed(cluster, 'work');
  expect(conditionsOf(suspended)).toEqual(['Suspended']);
  expect(suspended.status?.startTime).toBeUndefined();
  expect(await podsOf(cluster)).toEqual([]);
  await patchJob(cluster, 'work', { spec: { suspend: false } });
  await cluster.clock.advance('50s');
  const resumed = await jobNamed(cluster, 'work');
  expect(resumed.status).toMatchObject({ succeeded: 1, startTime: '2026-01-01T00:10:30Z' });
  expect(conditionsOf(resumed)).toContain('Complete');
  expect(await reasonsOf(cluster, 'work')).toEqual(
    expect.arrayContaining(['SuccessfulCreate', 'Suspended', 'SuccessfulDelete', 'Resumed', 'Completed']),
  );
});

test('case 22 (#115688): a rule of podFailurePolicy heeds no container that ended well', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  const onExitCodes = { operator: 'NotIn' as const, values: [42] };
  const spec: Partial<Job['spec']> = {
    backoffLimit: 1,
    podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes }] },
    template: template('exit 42'),
  };
  const work = job('work', '', spec);
  work.spec.template.spec!.containers.push({
    name: 'good',
    image: 'busybox',
    command: ['sh', '-c', 'exit 0'],
  });
  await cluster.apply(work);
  await cluster.clock.advance('10m');
  // 42 is not among what fails the job, and 0 is no failure: it was tried again, and failed by its limit.
  expect((await jobNamed(cluster, 'work')).status?.conditions?.at(-1)).toMatchObject({
    type: 'Failed',
    reason: 'BackoffLimitExceeded',
  });
});

test('a running pod that is deleted counts as failed, and is made again after the back-off, longer each time', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(job('work', 'sleep 3600'));
  const waits: number[] = [];
  for (let round = 0; round < 3; round++) {
    await cluster.clock.advance('2s');
    const [pod] = await podsOf(cluster);
    await cluster.client.delete('v1', 'Pod', ref(pod!.metadata.name!), { gracePeriodSeconds: 1 });
    const deletedAt = cluster.clock.now();
    const isMadeAgain = async () =>
      (await podsOf(cluster)).some(({ metadata }) => metadata.uid !== pod!.metadata.uid);
    await cluster.clock.runUntil(isMadeAgain);
    waits.push(Math.round((cluster.clock.now() - deletedAt) / 1000));
  }
  expect(waits).toEqual([10, 20, 40]);
  expect((await jobNamed(cluster, 'work')).status).toMatchObject({ active: 1, failed: 3 });
});

test('case 22 (#113855): a pod that is deleted before it ran counts as failed once it is gone, and is replaced', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  const onPodConditions = [{ type: 'DisruptionTarget', status: 'True' }];
  await cluster.apply(
    job('work', 'sleep 5', {
      podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions }] },
      template: template('sleep 5', { nodeSelector: { disk: 'ssd' } }),
    }),
  );
  await cluster.clock.advance('10s');
  const [pending] = await podsOf(cluster);
  expect(pending!.status?.phase).toBe('Pending');
  await cluster.client.delete('v1', 'Pod', ref(pending!.metadata.name!));
  await cluster.clock.advance('1m');
  const pods = await podsOf(cluster);
  expect(pods.map(({ metadata }) => metadata.name)).not.toContain(pending!.metadata.name);
  expect(pods).toHaveLength(1);
  expect((await jobNamed(cluster, 'work')).status).toMatchObject({ active: 1, failed: 1 });
});

test('case 23 (#54870): restarts under OnFailure count towards backoffLimit', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(
    job('work', '', {
      backoffLimit: 2,
      template: template('sleep 1; exit 1', { restartPolicy: 'OnFailure' }),
    }),
  );
  await cluster.clock.advance('30m');
  const work = await jobNamed(cluster, 'work');
  expect(work.status?.conditions?.at(-1)).toMatchObject({ type: 'Failed', reason: 'BackoffLimitExceeded' });
  expect(podsMade(cluster)).toHaveLength(1);
  const restarts = cluster
    .history!.of('Pod')
    .map(({ object }) => (object as Pod).status?.containerStatuses?.[0]?.restartCount ?? 0);
  expect(Math.max(...restarts)).toBe(2);
});

test('case 24 (#107226): activeDeadlineSeconds ends a job at its second, also when nothing else happens', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  await cluster.apply(job('work', 'sleep 1000', { activeDeadlineSeconds: 45 }));
  await cluster.clock.advance('10m');
  const { status } = await jobNamed(cluster, 'work');
  expect(
    status?.conditions?.map(({ type, reason, lastTransitionTime }) => [type, reason, lastTransitionTime]),
  ).toEqual([
    ['FailureTarget', 'DeadlineExceeded', '2026-01-01T00:00:45Z'],
    ['Failed', 'DeadlineExceeded', '2026-01-01T00:00:45Z'],
  ]);
});

test('case 25 (#72226): a pod of a dead node is replaced under podReplacementPolicy Failed once the node is removed, as upstream does', async () => {
  await using cluster = await createCluster({ nodes: 2 });
  await cluster.apply(job('work', 'sleep 100', { podReplacementPolicy: 'Failed', backoffLimit: 6 }));
  await cluster.clock.advance('10s');
  const [pod] = await podsOf(cluster);
  await cluster.nodes.crash(pod!.spec.nodeName!);
  await cluster.clock.advance('20m');
  expect(podsMade(cluster)).toHaveLength(1);
  expect((await jobNamed(cluster, 'work')).status).toMatchObject({ terminating: 1 });
  await cluster.nodes.remove(pod!.spec.nodeName!);
  await cluster.clock.advance('10m');
  expect(podsMade(cluster)).toHaveLength(2);
  expect(conditionsOf(await jobNamed(cluster, 'work'))).toContain('Complete');
  expect((await jobNamed(cluster, 'work')).status).toMatchObject({ succeeded: 1, failed: 1 });
});

test('case 26 (PR#137210): caches that lag behind make no pod twice', async () => {
  await using cluster = await createCluster({ nodes: 3 });
  cluster.controllerLink.slow(10, 1500);
  await cluster.apply(job('work', 'sleep 2', { completions: 30, parallelism: 5 }));
  await cluster.clock.runUntil(async () =>
    conditionsOf(await jobNamed(cluster, 'work')).includes('Complete'),
  );
  expect(podsMade(cluster)).toHaveLength(30);
  expect(mostLive(cluster)).toBeLessThanOrEqual(5);
});

test('case 26: a controller that dies after any of its writes makes no pod twice and counts each once', async () => {
  for (const plural of ['pods', 'jobs']) {
    await using cluster = await createCluster({ nodes: 3 });
    await cluster.apply(job('work', 'sleep 2', { completions: 6, parallelism: 2 }));
    for (let crashes = 0; crashes < 4; crashes++) {
      await crashAfterWrite(cluster, (request) => request.plural === plural && request.verb !== 'list');
    }
    await cluster.clock.runUntil(async () =>
      conditionsOf(await jobNamed(cluster, 'work')).includes('Complete'),
    );
    expect(podsMade(cluster)).toHaveLength(6);
    expect(mostLive(cluster)).toBeLessThanOrEqual(2);
    expect((await jobNamed(cluster, 'work')).status?.succeeded).toBe(6);
  }
});

test('case 27 (#25908): a sidecar does not keep its job from ending', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  const work = job('work', 'sleep 5');
  work.spec.template.spec!.initContainers = [
    { name: 'proxy', image: 'envoy', restartPolicy: 'Always', command: ['sh', '-c', 'sleep infinity'] },
  ];
  await cluster.apply(work);
  await cluster.clock.advance('1s');
  expect((await podsOf(cluster)).map(isRunning)).toEqual([true]);
  await cluster.clock.advance('1m');
  expect(conditionsOf(await jobNamed(cluster, 'work'))).toContain('Complete');
  expect((await podsOf(cluster)).map(({ status }) => status?.phase)).toEqual(['Succeeded']);
});

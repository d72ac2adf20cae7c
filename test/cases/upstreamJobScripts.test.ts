import { expect, test } from 'vitest';
import type { JobSpec, Volume } from '../../src/generated/types.ts';
import { createCluster } from '../../src/index.ts';
import { Pods } from '../../src/resources/kinds.ts';
import { endPods, indexOf, livePods, untilCounts } from './podsByHand.ts';
import { conditionsOf, job, jobNamed, podsOf, ref, template } from './support.ts';

// The behaviours that upstream's end-to-end suite gives to the pods of its Jobs, on simulated nodes.

const NODE = { 'kubernetes.io/hostname': 'node01' };
const EMPTY: Volume = { name: 'data', emptyDir: {} };
const HOST: Volume = { name: 'data', hostPath: { path: '/tmp/tried', type: 'DirectoryOrCreate' } };

const ONE_FAILURE = `
  if [[ -r /data/mark ]]
  then
    exit 0
  else
    touch /data/mark
    exit 1
  fi
`;
const ODD_FAILS = `
  if [ $(expr \${JOB_COMPLETION_INDEX} % 2) -ne 0 ]; then
    exit 1
  else
    exit 0
  fi
`;
const FIRST_GOES_ON_ONCE = `
  if [[ -r /data/mark ]]
  then
    exit 0
  elif [[ $JOB_COMPLETION_INDEX -eq 0 ]]
  then
    touch /data/mark
    sleep 1000000
  else
    exit 1
  fi
`;

function jobOf(script: string, volume: Volume, spec: Partial<JobSpec>, pod: object = {}) {
  const { spec: base } = template(script);
  const containers = [{ ...base!.containers[0]!, volumeMounts: [{ name: 'data', mountPath: '/data' }] }];
  const podTemplate = { metadata: {}, spec: { ...base!, containers, volumes: [volume], ...pod } };
  return job('work', script, { parallelism: 2, completions: 4, ...spec, template: podTemplate });
}

const cases: Record<string, { job: ReturnType<typeof jobOf>; status: object; conditions: string[] }> = {
  'a container that fails once, and starts again in its pod, finds what it left in the empty volume': {
    job: jobOf(ONE_FAILURE, EMPTY, {}, { restartPolicy: 'OnFailure' }),
    status: { succeeded: 4 },
    conditions: ['SuccessCriteriaMet', 'Complete'],
  },
  'pods of one node find what others left in a folder of the node': {
    job: jobOf(ONE_FAILURE, HOST, {}, { nodeSelector: NODE }),
    status: { succeeded: 4, failed: 1 },
    conditions: ['SuccessCriteriaMet', 'Complete'],
  },
  'pods whose failures are ignored are tried again without a limit': {
    job: jobOf(
      ONE_FAILURE,
      HOST,
      {
        backoffLimit: 0,
        podFailurePolicy: { rules: [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [1] } }] },
      },
      { nodeSelector: NODE },
    ),
    status: { succeeded: 4 },
    conditions: ['SuccessCriteriaMet', 'Complete'],
  },
  'a job fails early by the exit code of a pod': {
    job: jobOf(
      ONE_FAILURE,
      HOST,
      { podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } }] } },
      { nodeSelector: NODE },
    ),
    status: {},
    conditions: ['FailureTarget', 'Failed'],
  },
  'all indexes run though some fail': {
    job: jobOf(ODD_FAILS, EMPTY, { completionMode: 'Indexed', backoffLimitPerIndex: 1 }),
    status: { completedIndexes: '0,2', failedIndexes: '1,3', succeeded: 2, failed: 4 },
    conditions: ['FailureTarget', 'Failed'],
  },
  'an index that a rule gives up is not tried again': {
    job: jobOf(ODD_FAILS, EMPTY, {
      completions: 2,
      completionMode: 'Indexed',
      backoffLimitPerIndex: 1,
      podFailurePolicy: { rules: [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [1] } }] },
    }),
    status: { completedIndexes: '0', failedIndexes: '1', succeeded: 1, failed: 1 },
    conditions: ['FailureTarget', 'Failed'],
  },
  'the first index that succeeds is enough': {
    job: jobOf(ODD_FAILS, EMPTY, {
      completions: 5,
      completionMode: 'Indexed',
      successPolicy: { rules: [{ succeededIndexes: '0' }] },
    }),
    status: { completedIndexes: '0', ready: 0, terminating: 0 },
    conditions: ['SuccessCriteriaMet', 'Complete'],
  },
};

for (const [name, { job, status, conditions }] of Object.entries(cases)) {
  test(name, async () => {
    await using cluster = await createCluster({ nodes: 2 });
    await cluster.apply(job);
    await cluster.clock.advance('15m');
    const work = await jobNamed(cluster, 'work');
    expect(conditionsOf(work)).toEqual(conditions);
    expect(work.status).toMatchObject(status);
  });
}

for (const [how, rule] of Object.entries({
  'by its exit code': { action: 'Ignore', onExitCodes: { operator: 'In', values: [1, 137, 143] } },
  'by its disruption': { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
})) {
  test(`a pod that is evicted is ignored ${how}, and its job completes`, async () => {
    await using cluster = await createCluster({ nodes: 2 });
    const failed = { action: 'Ignore', onExitCodes: { operator: 'In', values: [1] } };
    const podFailurePolicy = { rules: [failed, rule] } as JobSpec['podFailurePolicy'] & object;
    const spec = { completionMode: 'Indexed', backoffLimit: 0, podFailurePolicy };
    await cluster.apply(
      jobOf(FIRST_GOES_ON_ONCE, HOST, spec, { nodeSelector: NODE, terminationGracePeriodSeconds: 1 }),
    );
    await cluster.clock.advance('5m');
    const running = (await podsOf(cluster)).filter(({ status }) => status?.phase === 'Running');
    expect(running.map(indexOf)).toEqual([0]);
    const { name, namespace } = running[0]!.metadata;
    const eviction = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: name!, namespace: namespace! },
    };

    await cluster.client.createSubresource(Pods, { name: name!, namespace }, 'eviction', eviction);
    await cluster.clock.advance('5m');
    expect(conditionsOf(await jobNamed(cluster, 'work'))).toEqual(['SuccessCriteriaMet', 'Complete']);
  });
}

test('a pod whose failure is ignored is made again after a while, longer each time', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  const rules = [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [1] } }];
  await cluster.apply(job('work', 'true', { backoffLimit: 0, podFailurePolicy: { rules } }));
  await cluster.clock.settle();
  const waits: number[] = [];
  for (let round = 0; round < 3; round++) {
    await endPods(cluster, 'Failed', { count: 1 });
    const failedAt = cluster.clock.now();
    await cluster.clock.runUntil(async () => (await livePods(cluster)).length > 0);
    waits.push((cluster.clock.now() - failedAt) / 1000);
  }
  expect(waits).toEqual([10, 20, 40]);
  expect((await jobNamed(cluster, 'work')).status?.failed).toBeUndefined();
});

test('a pod that takes its time to end is replaced only once it has failed, with podReplacementPolicy Failed', async () => {
  await using cluster = await createCluster({ nodes: 1 });
  const script = `_term(){
    sleep 5
    exit 143
  }
  trap _term SIGTERM
  while true; do
    sleep 1
  done`;
  await cluster.apply(job('work', script, { backoffLimit: 1, podReplacementPolicy: 'Failed' }));
  await untilCounts(cluster, 'work', { active: 1, ready: 1 });
  const [pod] = await podsOf(cluster);
  const { name, uid } = pod!.metadata;
  await cluster.client.delete(Pods, ref(name!), { gracePeriodSeconds: 30 });
  await cluster.clock.advance('4s');
  await untilCounts(cluster, 'work', { terminating: 1 });
  await untilCounts(cluster, 'work', { active: 1, ready: 1, failed: 1 });
  expect((await podsOf(cluster)).map(({ metadata }) => metadata.uid)).not.toContain(uid);
});

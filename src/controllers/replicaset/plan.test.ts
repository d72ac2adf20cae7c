import { expect, test } from 'vitest';
import { nameOf } from '../../apimachinery/object.ts';
import type { Pod, ReplicaSet, ReplicaSetStatus } from '../../generated/types.ts';
import { ago, aPod, aTemplate, held, NOW, storedMeta } from '../testing/builders.ts';
import { planReplicaSet } from './plan.ts';

const aReplicaSet = (replicas: number, status: Partial<ReplicaSetStatus> = {}): ReplicaSet => ({
  metadata: storedMeta('web'),
  spec: { replicas, selector: {}, template: aTemplate('web'), minReadySeconds: 10 },
  status: { replicas: 0, ...status },
});
const planOf = (replicaSet: ReplicaSet, pods: readonly Pod[], failure?: string) =>
  planReplicaSet({ replicaSet, pods: held(pods), related: [], failure, countsTerminating: true }, NOW);
const work = (replicas: number, pods: readonly Pod[]) =>
  planOf(aReplicaSet(replicas), pods)
    .stages.flat()
    .flatMap((action) => {
      if (action.kind === 'updateStatus') return [];
      return action.kind === 'createPod' ? ['create'] : [`${action.kind} ${nameOf(action.pod)}`];
    });
const statusAfter = (replicaSet: ReplicaSet, pods: readonly Pod[], failure?: string) => {
  const write = planOf(replicaSet, pods, failure)
    .stages.flat()
    .find((action) => action.kind === 'updateStatus');
  return write?.kind === 'updateStatus' ? write.status : replicaSet.status;
};

const restarts = (name: string, restartCount: number) => ({
  name,
  restartCount,
  image: '',
  imageID: '',
  ready: true,
});
/** How often the container and the init container were restarted. */
const restarted = ({ main, proxy = 0 }: { main: number; proxy?: number }) => ({
  containerStatuses: [restarts('main', main)],
  initContainerStatuses: [restarts('proxy', proxy)],
});
const withSidecar = { initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] };

const cases: Record<string, { replicas: number; pods?: Pod[]; want: string[] }> = {
  'missing pods are made': { replicas: 2, want: ['create', 'create'] },
  'a pod on its way out is replaced at once': {
    replicas: 1,
    pods: [aPod('a', { deleting: true })],
    want: ['create'],
  },
  'so is one that has failed': { replicas: 1, pods: [aPod('a', { state: 'failed' })], want: ['create'] },
  'but not within the second in which it was made': {
    replicas: 3,
    pods: [
      aPod('a', { deleting: true, forSeconds: 0 }),
      aPod('b', { state: 'failed', forSeconds: 0 }),
      aPod('c', { state: 'failed', forSeconds: 1 }),
    ],
    want: ['create'],
  },
  'nor does one count that is said to be made later than now': {
    replicas: 1,
    pods: [aPod('a', { deleting: true, forSeconds: -60 })],
    want: ['create'],
  },
  'of too many the one that is not ready goes': {
    replicas: 1,
    pods: [aPod('a', { node: 'n1' }), aPod('b', { node: 'n2', state: 'unready' })],
    want: ['deletePod b'],
  },
  'of two that are as far along the cheaper goes': {
    replicas: 2,
    pods: [
      aPod('a', { node: 'n1', annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-1' } }),
      aPod('b', { node: 'n2' }),
      aPod('c', { node: 'n2' }),
    ],
    want: ['deletePod a'],
  },
  'a cost is outweighed by how far along a pod is': {
    replicas: 1,
    pods: [
      aPod('a', { node: 'n1', annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-1' } }),
      aPod('b', { node: 'n2', state: 'unready' }),
    ],
    want: ['deletePod b'],
  },
  'a cost that is no number counts as none': {
    replicas: 1,
    pods: [
      aPod('a', { node: 'n1', annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-1e3' } }),
      aPod('b', { node: 'n2', forSeconds: 5 }),
    ],
    want: ['deletePod b'],
  },
  'one that has been ready for much shorter goes first': {
    replicas: 1,
    pods: [aPod('a', { node: 'n1', forSeconds: 5 }), aPod('b', { node: 'n2', forSeconds: 500 })],
    want: ['deletePod a'],
  },
  'of about the same age chance decides, not the time': {
    replicas: 1,
    pods: [aPod('a', { node: 'n1', forSeconds: 510 }), aPod('b', { node: 'n2', forSeconds: 500 })],
    want: ['deletePod a'],
  },
  'one that shares its node goes before one that is alone': {
    replicas: 2,
    pods: [aPod('a', { node: 'n1', ageSeconds: 100 }), aPod('b', { node: 'n2' }), aPod('c', { node: 'n1' })],
    want: ['deletePod c'],
  },
  'one that was restarted more often goes before one that is as old': {
    replicas: 1,
    pods: [aPod('a', { node: 'n1' }), aPod('b', { node: 'n2', status: restarted({ main: 3 }) })],
    want: ['deletePod b'],
  },
  'where containers were restarted as often, restarts of sidecars decide': {
    replicas: 1,
    pods: [
      aPod('a', { node: 'n1', status: restarted({ main: 1, proxy: 2 }), spec: withSidecar }),
      aPod('b', { node: 'n2', status: restarted({ main: 1 }) }),
    ],
    want: ['deletePod a'],
  },
  'an init container that is no sidecar may have been restarted': {
    replicas: 1,
    pods: [
      aPod('a', { node: 'n1', status: restarted({ main: 1, proxy: 2 }) }),
      aPod('b', { node: 'n2', status: restarted({ main: 1 }) }),
    ],
    want: ['deletePod b'],
  },
};

test('pods that have ended are neither adopted nor let go', () => {
  const [ended, running] = [aPod('ended', { state: 'failed' }), aPod('running')];
  const pods = { held: [ended, running], adopt: [ended, running], release: [ended, running] };
  const seen = { replicaSet: aReplicaSet(1), related: [], failure: undefined, countsTerminating: true };
  const [claims] = planReplicaSet({ ...seen, pods }, NOW).stages;
  expect(claims).toEqual([
    { kind: 'adoptPod', pod: running },
    { kind: 'releasePod', pod: running },
  ]);
});

test('pods of the deployment’s other ReplicaSets crowd a node too', () => {
  const pods = [aPod('a', { node: 'n1' }), aPod('b', { node: 'n2' })];
  const related = [aPod('old', { node: 'n2' }), aPod('gone', { node: 'n1', deleting: true })];
  const seen = { replicaSet: aReplicaSet(1), pods: held(pods), failure: undefined, countsTerminating: true };
  const actions = planReplicaSet({ ...seen, related }, NOW).stages.flat();
  expect(actions).toContainEqual({ kind: 'deletePod', pod: pods[1] });
});

for (const [name, { replicas, pods = [], want }] of Object.entries(cases)) {
  test(name, () => expect(work(replicas, pods)).toEqual(want));
}

test('the status counts what runs, is ready, is available and is leaving', () => {
  const pods = [
    aPod('a', { labels: { app: 'web' } }),
    aPod('b', { forSeconds: 4 }),
    aPod('c', { state: 'pending' }),
    aPod('d', { deleting: true }),
    aPod('e', { state: 'succeeded' }),
  ];
  expect(statusAfter(aReplicaSet(3), pods)).toEqual({
    replicas: 3,
    fullyLabeledReplicas: 1,
    readyReplicas: 2,
    availableReplicas: 1,
    terminatingReplicas: 1,
    observedGeneration: 1,
  });
  expect(planOf(aReplicaSet(3), pods).lookAgainAt).toBe(NOW + 6_000);
});

test('a failure to make pods stands in the status until all are there', () => {
  const failing = statusAfter(aReplicaSet(1), [], 'pods "web-" is forbidden: exceeded quota');
  expect(failing?.conditions).toEqual([
    {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: 'pods "web-" is forbidden: exceeded quota',
      lastTransitionTime: ago(0),
    },
  ]);
  expect(statusAfter(aReplicaSet(1, failing), [])?.conditions?.length).toBe(1);
  expect(statusAfter(aReplicaSet(1, failing), [aPod('a')])?.conditions).toBeUndefined();
});

test('what was lost as soon as it was made is made anew after a second', () => {
  const pods = [aPod('a', { state: 'failed', forSeconds: 0 })];
  expect(planOf(aReplicaSet(1), pods).lookAgainAt).toBe(NOW + 1_000);
});

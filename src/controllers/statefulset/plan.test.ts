import { describe, expect, test } from 'vitest';
import type { Pod, StatefulSetSpec, StatefulSetStatus } from '../../generated/types.ts';
import { aTemplate, NOW } from '../testing/builders.ts';
import {
  aRevision,
  aStatefulSet,
  member,
  members,
  observed,
  REVISIONS,
  statusAfter,
  work,
} from '../testing/statefulSets.ts';
import { planStatefulSet } from './plan.ts';

interface Case {
  spec?: Partial<StatefulSetSpec>;
  status?: Partial<StatefulSetStatus>;
  pods: readonly Pod[];
  want: string[];
}
const PARALLEL = { podManagementPolicy: 'Parallel' };
const rolling = (rollingUpdate: object) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });

const check = (cases: Record<string, Case>) => {
  for (const [name, { spec, status, pods, want }] of Object.entries(cases)) {
    test(name, () => expect(work(observed(aStatefulSet(spec, status), pods))).toEqual(want));
  }
};

describe('scaling in order', () => {
  check({
    'the first pod comes first': { pods: [], want: ['create db-0 of nginx:2'] },
    'the next one comes when the one before is ready': { pods: members(1), want: ['create db-1 of nginx:2'] },
    'not while it is not ready': { pods: members(1, { state: 'unready' }), want: [] },
    'nor while it is not available': {
      spec: { minReadySeconds: 90 },
      pods: members(1, { forSeconds: 60 }),
      want: [],
    },
    'a gap is filled before anything else': {
      pods: [member(0), member(2)],
      want: ['create db-1 of nginx:2'],
    },
    'a pod on its way out is waited for': { pods: [member(0, { deleting: true }), member(1)], want: [] },
    'too many go from the last one': { spec: { replicas: 1 }, pods: members(3), want: ['delete db-2'] },
    'one after the other': {
      spec: { replicas: 1 },
      pods: [...members(2), member(2, { deleting: true })],
      want: [],
    },
    'not while another one that goes is broken': {
      spec: { replicas: 1 },
      pods: [member(0), member(1, { state: 'unready' }), member(2)],
      want: ['delete db-2'],
    },
    'a broken one goes when it is the first that is': {
      spec: { replicas: 1 },
      pods: [member(0), member(1), member(2, { state: 'unready' })],
      want: ['delete db-2'],
    },
    'a broken one waits while one below it is broken too': {
      spec: { replicas: 1 },
      pods: [member(0), member(1, { state: 'unready' }), member(2, { state: 'unready' })],
      want: [],
    },
    'none goes while one that stays is broken': {
      spec: { replicas: 1 },
      pods: [member(0, { state: 'unready' }), member(1), member(2)],
      want: [],
    },
    'one that has failed is removed, to be made anew': {
      pods: [member(0), member(1, { state: 'failed' }), member(2)],
      want: ['delete db-1'],
    },
    'so is one that has succeeded': { pods: [member(0, { state: 'succeeded' })], want: ['delete db-0'] },
    'one that has failed and is on its way out is waited for': {
      pods: [member(0, { state: 'failed', deleting: true })],
      want: [],
    },
    'the ordinals begin where they are told to (KEP-3335)': {
      spec: { replicas: 2, ordinals: { start: 5 } },
      pods: [member(5)],
      want: ['create db-6 of nginx:2'],
    },
    'those below the first ordinal go': {
      spec: { replicas: 1, ordinals: { start: 2 } },
      pods: members(3),
      want: ['delete db-1'],
    },
  });
});

describe('scaling in parallel', () => {
  check({
    'all come at once': {
      spec: PARALLEL,
      pods: [],
      want: ['create db-0 of nginx:2', 'create db-1 of nginx:2', 'create db-2 of nginx:2'],
    },
    'all go at once, whatever their state': {
      spec: { ...PARALLEL, replicas: 1 },
      pods: [member(0, { state: 'unready' }), member(1, { state: 'unready' }), member(2)],
      want: ['delete db-2', 'delete db-1'],
    },
    'what has failed does not keep the rest': {
      spec: PARALLEL,
      pods: [member(0, { state: 'failed' })],
      want: ['delete db-0', 'create db-1 of nginx:2', 'create db-2 of nginx:2'],
    },
  });
});

describe('a rolling update', () => {
  const old = { revision: 'old' } as const;
  check({
    'begins with the last pod': { pods: members(3, old), want: ['delete db-2'] },
    'goes on when that is back': { pods: [...members(2, old), member(2)], want: ['delete db-1'] },
    'waits until it is ready': { pods: [...members(2, old), member(2, { state: 'pending' })], want: [] },
    'makes the pod that is missing of the new revision': {
      pods: members(2, old),
      want: ['create db-2 of nginx:2'],
    },
    'stops at the partition': {
      spec: rolling({ partition: 2 }),
      pods: [...members(2, old), member(2)],
      want: [],
    },
    'below the partition pods come back as they were': {
      spec: rolling({ partition: 2 }),
      pods: [member(0, old), member(2)],
      want: ['create db-1 of nginx:1'],
    },
    'the partition counts from the first ordinal': {
      spec: { ...rolling({ partition: 1 }), ordinals: { start: 4 } },
      pods: [member(4, old), member(5, old), member(6)],
      want: ['delete db-5'],
    },
    'without settings, what was there comes back as it was': {
      spec: { updateStrategy: { type: 'RollingUpdate' } },
      status: { currentReplicas: 2 },
      pods: [member(0, old)],
      want: ['create db-1 of nginx:1'],
    },
    'is stuck on a broken pod, in order, until somebody deletes it': {
      pods: [...members(2, old), member(2, { ...old, state: 'unready' })],
      want: [],
    },
    'in parallel replaces a broken pod whose turn it is': {
      spec: PARALLEL,
      pods: [...members(2, old), member(2, { ...old, state: 'unready' })],
      want: ['delete db-2'],
    },
    'in parallel goes one by one all the same': {
      spec: PARALLEL,
      pods: [...members(2, old), member(2, { state: 'unready' })],
      want: [],
    },
    'does not happen with OnDelete': {
      spec: { updateStrategy: { type: 'OnDelete' } },
      pods: members(3, old),
      want: [],
    },
    'which makes new pods of the new revision': {
      spec: { updateStrategy: { type: 'OnDelete' } },
      pods: members(2, old),
      want: ['create db-2 of nginx:2'],
    },
    'scaling comes before it': {
      spec: { replicas: 4 },
      pods: members(3, old),
      want: ['create db-3 of nginx:2'],
    },
    'replaces as many at once as may be missing (KEP-961)': {
      spec: rolling({ maxUnavailable: 2 }),
      pods: members(3, old),
      want: ['delete db-2', 'delete db-1'],
    },
    'counts those that are missing already': {
      spec: { ...PARALLEL, ...rolling({ maxUnavailable: 2 }) },
      pods: [...members(2, old), member(2, { state: 'pending' })],
      want: ['delete db-1'],
    },
    'a percentage is of all replicas, rounded down, but one at least': {
      spec: rolling({ maxUnavailable: '10%' }),
      pods: members(3, old),
      want: ['delete db-2'],
    },
    'is not kept by broken old pods from replacing them (#137409)': {
      spec: { ...PARALLEL, ...rolling({ maxUnavailable: 1 }) },
      pods: members(3, { ...old, state: 'unready' }),
      want: ['delete db-2', 'delete db-1', 'delete db-0'],
    },
  });
});

describe('revisions', () => {
  const seen = (image: string, revisions = REVISIONS) =>
    observed(aStatefulSet({ template: aTemplate('db', image), replicas: 0 }), [], revisions);

  test('a new template makes the next one', () =>
    expect(work(seen('nginx:3'))).toEqual(['create revision 3']));
  test('an old template becomes the newest again', () =>
    expect(work(seen('nginx:1'))).toEqual(['renumber db-old to 3']));
  test('the same template changes nothing', () => expect(work(seen('nginx:2'))).toEqual([]));
  test('a name that another template has is stepped around', () => {
    const [created] = planStatefulSet(seen('nginx:3'), NOW).stages.flat();
    const name = created?.kind === 'createRevision' ? created.revision.metadata.name! : '';
    const taken = aRevision(name.replace('db-', ''), 'nginx:4', 3);
    expect(work(seen('nginx:3', [...REVISIONS, taken]))).toEqual(['countCollision']);
  });
  test('beyond the limit the oldest go, but for those in use', () => {
    const many = [1, 2, 3, 4].map((number) => aRevision(`r${number}`, `nginx:${number + 10}`, number));
    const set = aStatefulSet({ revisionHistoryLimit: 1, replicas: 1 }, { currentRevision: 'db-r2' });
    const all = [...many, aRevision('new', 'nginx:2', 5)];
    expect(work(observed(set, [member(0)], all))).toEqual(['deleteRevision db-r1', 'deleteRevision db-r3']);
    const unlimited = aStatefulSet({ revisionHistoryLimit: -1, replicas: 1 }, { currentRevision: 'db-r2' });
    expect(work(observed(unlimited, [member(0)], all))).toEqual([]);
  });
});

test('the status counts pods by state and revision', () => {
  const pods = [member(0, { revision: 'old' }), member(1, { forSeconds: 5 }), member(2, { deleting: true })];
  const seen = observed(aStatefulSet({ minReadySeconds: 10 }), pods);
  expect(statusAfter(seen)).toEqual({
    observedGeneration: 1,
    replicas: 3,
    readyReplicas: 3,
    currentReplicas: 1,
    updatedReplicas: 1,
    currentRevision: 'db-old',
    updateRevision: 'db-new',
    collisionCount: 0,
    availableReplicas: 2,
  });
  expect(planStatefulSet(seen, NOW).lookAgainAt).toBe(NOW + 5_000);
});

test('when all are updated, the new revision is the current one', () => {
  expect(statusAfter(observed(aStatefulSet(), members(3)))).toMatchObject({
    currentReplicas: 3,
    currentRevision: 'db-new',
  });
});

test('an adopted pod gets the labels that tell who it is', () => {
  const labels = { app: 'db', 'controller-revision-hash': 'db-new' };
  expect(work(observed(aStatefulSet({ replicas: 1 }), [member(0, { labels })]))).toEqual(['identify db-0']);
});

test('a pod knows its name, its index and its service', () => {
  const [action] = planStatefulSet(observed(aStatefulSet(), []), NOW).stages.at(-1)!;
  expect(action).toMatchObject({
    kind: 'createPod',
    pod: {
      metadata: {
        name: 'db-0',
        generateName: 'db-',
        labels: {
          app: 'db',
          'statefulset.kubernetes.io/pod-name': 'db-0',
          'apps.kubernetes.io/pod-index': '0',
          'controller-revision-hash': 'db-new',
        },
      },
      spec: { hostname: 'db-0', subdomain: 'db' },
    },
  });
});

test('volumes that end with the pod stand in for claims', () => {
  const claims = { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] };
  const [action] = planStatefulSet(observed(aStatefulSet(claims), []), NOW).stages.at(-1)!;
  expect(action).toMatchObject({ pod: { spec: { volumes: [{ name: 'data', emptyDir: {} }] } } });
});

test('one that is being deleted counts and does nothing more', () => {
  const set = aStatefulSet();
  const deleted = { ...set, metadata: { ...set.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
  expect(work(observed(deleted, []))).toEqual([]);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Deployment, ReplicaSet } from '../../generated/types.ts';
import { ago, held, NOW } from '../testing/builders.ts';
import { aDeployment, aReplicaSet, inWords, progressing } from '../testing/deployments.ts';
import { type Observed, REVISION, replicasOf } from './observed.ts';
import { planDeployment } from './plan.ts';

interface Scene {
  deployment?: Deployment;
  replicaSets?: readonly ReplicaSet[];
  withRunningPods?: readonly string[];
  creationFailure?: string;
}
const observed = ({ deployment, replicaSets, withRunningPods, creationFailure }: Scene): Observed => ({
  deployment: deployment ?? aDeployment(),
  replicaSets: held(replicaSets ?? []),
  withRunningPods: new Set(withRunningPods),
  creationFailure,
});
const planOf = (scene: Scene) => planDeployment(observed(scene), NOW);
const work = (scene: Scene) =>
  planOf(scene)
    .stages.flat()
    .map(inWords)
    .filter((words) => words !== 'write status' && !words.startsWith('revision'));
const revisionTold = (scene: Scene) =>
  planOf(scene)
    .stages.flat()
    .map(inWords)
    .find((words) => words.startsWith('revision'));
function statusAfter(scene: Scene) {
  const write = planOf(scene)
    .stages.flat()
    .find((action) => action.kind === 'updateStatus');
  return (write?.kind === 'updateStatus' ? write.status : scene.deployment?.status) ?? {};
}
const progressAfter = (scene: Scene) => {
  const found = statusAfter(scene).conditions?.find(({ type }) => type === 'Progressing');
  return found && `${found.status} ${found.reason}: ${found.message}`;
};

/** The present template's; `old` ones are of others. */
const current = (replicas: number, rest: object = {}) =>
  aReplicaSet('new', { image: 'nginx:2', replicas, revision: 2, ageSeconds: 60, ...rest });
const old = (replicas: number, rest: object = {}) => aReplicaSet('old', { replicas, ...rest });
const recreate = aDeployment({ strategy: { type: 'Recreate' } });

const rolling = (maxSurge: number, maxUnavailable: number) => ({
  type: 'RollingUpdate',
  rollingUpdate: { maxSurge, maxUnavailable },
});

const cases: Record<string, Scene & { want: string[] }> = {
  'the first ReplicaSet has all replicas': { want: ['make one of 10'] },
  'a new template gets what the surge allows': { replicaSets: [old(10)], want: ['make one of 3'] },
  'then the old one shrinks by what may be unavailable': {
    replicaSets: [current(3, { available: 0 }), old(10)],
    want: ['old from 10 to 8'],
  },
  'the new one grows into the room': {
    replicaSets: [current(3, { available: 0 }), old(8)],
    want: ['new from 3 to 5'],
  },
  'nothing shrinks while too few are available': {
    replicaSets: [current(5, { available: 0 }), old(8)],
    want: [],
  },
  'as new ones become available old ones go': {
    replicaSets: [current(5, { available: 4 }), old(8)],
    want: ['old from 8 to 4'],
  },
  'old ones that are not available go first': {
    replicaSets: [current(3, { available: 0 }), old(10, { available: 8 })],
    want: ['old from 10 to 8'],
  },
  'but no more of them than the budget allows while new ones are missing': {
    replicaSets: [current(3, { available: 0 }), old(10, { available: 6 })],
    want: ['old from 10 to 8'],
  },
  'the end: the old one is empty': { replicaSets: [current(10), old(3)], want: ['old from 3 to 0'] },
  'a rollover: the newest grows, and all older ones shrink': {
    replicaSets: [
      current(1, { available: 0, revision: 3 }),
      aReplicaSet('middle', { image: 'nginx:1.5', replicas: 4, available: 0, ageSeconds: 300, revision: 2 }),
      old(8),
    ],
    want: ['middle from 4 to 0'],
  },
  'Recreate lets go of all before it makes one': {
    deployment: recreate,
    replicaSets: [old(10)],
    want: ['old from 10 to 0'],
  },
  'and waits for the last pod': {
    deployment: recreate,
    replicaSets: [old(0)],
    withRunningPods: ['uid-old'],
    want: [],
  },
  'and then makes them all': {
    deployment: recreate,
    replicaSets: [old(0)],
    want: ['make one of 10'],
  },
  'a paused one makes nothing new': {
    deployment: aDeployment({ paused: true }),
    replicaSets: [old(10)],
    want: [],
  },
  'a paused one can be scaled': {
    deployment: aDeployment({ paused: true, replicas: 12 }),
    replicaSets: [old(10)],
    want: ['old from 10 to 12'],
  },
  'a change of size in the middle of a rollout is shared in proportion': {
    deployment: aDeployment({ replicas: 20 }),
    replicaSets: [current(5, { available: 0 }), old(8)],
    want: ['new from 5 to 10', 'old from 8 to 15'],
  },
  'also a smaller one': {
    deployment: aDeployment({ replicas: 5 }),
    replicaSets: [current(5, { available: 0 }), old(8)],
    want: ['new from 5 to 3', 'old from 8 to 4'],
  },
  'a new template and another size in one go: first the old one has the new size': {
    deployment: aDeployment({ replicas: 12 }),
    replicaSets: [old(10)],
    want: ['old from 10 to 12'],
  },
  'then the new one is made': {
    deployment: aDeployment({ replicas: 12 }),
    replicaSets: [old(12, { desired: 12, max: 15 })],
    want: ['make one of 3'],
  },
  'annotations reach the ReplicaSet of a paused one': {
    deployment: aDeployment({ paused: true }, {}, { 'kubernetes.io/change-cause': 'because' }),
    replicaSets: [current(10)],
    want: ['annotate new'],
  },
  'and of one that is scaled, before it is': {
    deployment: aDeployment({ replicas: 12 }, {}, { 'kubernetes.io/change-cause': 'because' }),
    replicaSets: [current(10)],
    want: ['annotate new'],
  },
  'what is left over goes to the largest one, and no other shrinks for it': {
    deployment: aDeployment({ replicas: 8, strategy: rolling(0, 1) }),
    replicaSets: [
      current(4, { available: 0, desired: 7, max: 7, ageSeconds: 60 }),
      aReplicaSet('middle', { image: 'nginx:1.5', replicas: 2, desired: 7, max: 20, ageSeconds: 300 }),
      old(1, { desired: 7, max: 7 }),
    ],
    want: ['new from 4 to 5', 'annotate middle', 'annotate old'],
  },
  'zero replicas take everything away': {
    deployment: aDeployment({ replicas: 0 }),
    replicaSets: [current(5), old(8)],
    want: ['new from 5 to 0', 'old from 8 to 0'],
  },
  'going back makes the old ReplicaSet the newest revision': {
    replicaSets: [
      aReplicaSet('back', { image: 'nginx:2', replicas: 0, revision: 1, ageSeconds: 900 }),
      aReplicaSet('bad', { replicas: 10, revision: 2 }),
    ],
    want: ['annotate back'],
  },
  'history beyond the limit goes once the rollout is complete, lowest revision first': {
    deployment: aDeployment({ revisionHistoryLimit: 1 }),
    replicaSets: [
      current(10, { revision: 4 }),
      aReplicaSet('r1', { replicas: 0, revision: 1 }),
      aReplicaSet('r3', { replicas: 0, revision: 3, image: 'nginx:3' }),
    ],
    want: ['deleteReplicaSet r1'],
  },
};
for (const [name, { want, ...scene }] of Object.entries(cases)) {
  test(name, () => expect(work(scene)).toEqual(want));
}

test('a ReplicaSet of a Deployment with a long name has as much of it as there is room for', () => {
  const long = { ...aDeployment(), metadata: { ...aDeployment().metadata, name: 'w'.repeat(253) } };
  const [made] = planOf({ deployment: long }).stages.flat();
  const name = made?.kind === 'createReplicaSet' ? made.replicaSet.metadata.name : '';
  expect(name).toMatch(/^w{240,}-[a-z0-9]+$/);
  expect(name).toHaveLength(253);
});

test('of zero replicas the size that is allowed is the surge', () => {
  const deployment = aDeployment({ replicas: 0, strategy: rolling(2, 0) });
  const [made] = planOf({ deployment }).stages.flat();
  expect(made).toMatchObject({
    replicaSet: { metadata: { annotations: { 'deployment.kubernetes.io/max-replicas': '2' } } },
  });
});

test('the list of revisions that a ReplicaSet had is cut at its beginning, not to grow beyond 2,000 characters', () => {
  const earlier = Array.from({ length: 400 }, (_, index) => String(1000 + index));
  const before = aReplicaSet('back', { image: 'nginx:2', replicas: 0, revision: 9000, ageSeconds: 900 });
  const history = 'deployment.kubernetes.io/revision-history';
  const annotations = { ...before.metadata.annotations, [history]: earlier.join(',') };
  const back = { ...before, metadata: { ...before.metadata, annotations } };
  const replicaSets = [back, aReplicaSet('bad', { replicas: 10, revision: 9001 })];
  const update = planOf({ replicaSets })
    .stages.flat()
    .find((action) => action.kind === 'updateReplicaSet');
  const kept = update?.next.metadata.annotations?.[history] ?? '';
  expect(kept).toBe([...earlier.slice(1), '9000'].join(','));
  expect(kept.length).toBeLessThanOrEqual(2000);
});

test('the revision never falls, though older ones are cleaned away', () => {
  const scene = { replicaSets: [current(10, { revision: 7 })] };
  expect(work(scene)).toEqual([]);
  expect(revisionTold(scene)).toBe('revision 7');
  const told = aDeployment({}, {}, { 'deployment.kubernetes.io/revision': '7' });
  expect(revisionTold({ ...scene, deployment: told })).toBeUndefined();
});

/** Upstream's end-to-end test of an adopted ReplicaSet: a number would lose the last digits. */
test('the revision after a very large one is told from it', () => {
  const adopted = aReplicaSet('old', { replicas: 1, revision: 3546343826724305832n });
  const made = planOf({ replicaSets: [adopted] })
    .stages.flat()
    .find((action) => action.kind === 'createReplicaSet');
  const { annotations } = (made as { replicaSet: ReplicaSet }).replicaSet.metadata;
  expect(annotations).toMatchObject({ [REVISION]: '3546343826724305833' });
});

const progress: Record<string, Scene & { want: string | undefined }> = {
  'a ReplicaSet is made': {
    want: expect.stringMatching(/^True NewReplicaSetCreated: Created new replica set "web-[a-z0-9]+"$/),
  },
  'a ReplicaSet cannot be made': {
    creationFailure: 'Failed to create new replica set "web-x": no',
    want: 'False ReplicaSetCreateError: Failed to create new replica set "web-x": no',
  },
  'there is one already': {
    replicaSets: [current(3, { available: 0 }), old(8)],
    want: 'True FoundNewReplicaSet: Found new replica set "new"',
  },
  'it goes on': {
    deployment: aDeployment({}, { replicas: 10, conditions: [progressing('NewReplicaSetCreated', 5)] }),
    replicaSets: [current(3), old(8)],
    want: 'True ReplicaSetUpdated: ReplicaSet "new" is progressing.',
  },
  'it is over': {
    deployment: aDeployment({}, { conditions: [progressing('ReplicaSetUpdated', 5)] }),
    replicaSets: [current(10)],
    want: 'True NewReplicaSetAvailable: ReplicaSet "new" has successfully progressed.',
  },
  'it has stood still for too long': {
    deployment: aDeployment(
      {},
      {
        replicas: 11,
        updatedReplicas: 3,
        availableReplicas: 8,
        readyReplicas: 8,
        conditions: [progressing('ReplicaSetUpdated', 601)],
      },
    ),
    replicaSets: [current(3, { available: 0 }), old(8)],
    want: 'False ProgressDeadlineExceeded: ReplicaSet "new" has timed out progressing.',
  },
  'the last old pods of one that recreates go': {
    deployment: aDeployment(
      { strategy: { type: 'Recreate' } },
      { replicas: 10, conditions: [progressing('NewReplicaSetAvailable', 5)] },
    ),
    replicaSets: [{ ...old(0), status: { replicas: 4, observedGeneration: 1 } }],
    withRunningPods: ['uid-old'],
    want: 'True ReplicaSetUpdated: Deployment "web" is progressing.',
  },
  'the last old pod of one that recreates does not go for too long': {
    deployment: aDeployment(
      { strategy: { type: 'Recreate' } },
      { conditions: [progressing('ReplicaSetUpdated', 601)] },
    ),
    replicaSets: [old(0)],
    withRunningPods: ['uid-old'],
    want: 'False ProgressDeadlineExceeded: Deployment "web" has timed out progressing.',
  },
  'it is paused': {
    deployment: aDeployment({ paused: true }),
    replicaSets: [old(10)],
    want: 'Unknown DeploymentPaused: Deployment is paused',
  },
  'it is resumed': {
    deployment: aDeployment({}, { conditions: [progressing('DeploymentPaused', 5, 'Unknown')] }),
    replicaSets: [current(3), old(8)],
    want: 'Unknown DeploymentResumed: Deployment is resumed',
  },
  'nobody asked for a deadline': {
    deployment: aDeployment({ progressDeadlineSeconds: 2 ** 31 - 1 }),
    want: undefined,
  },
};
for (const [name, { want, ...scene }] of Object.entries(progress)) {
  test(`progress is told when ${name}`, () => expect(progressAfter(scene)).toEqual(want));
}

test('a pod that comes back after the rollout is no progress of it', () => {
  const over = { ...progressing('NewReplicaSetAvailable', 5000), message: 'ReplicaSet "new" has …' };
  const deployment = aDeployment(
    {},
    { replicas: 10, updatedReplicas: 10, availableReplicas: 7, conditions: [over] },
  );
  const scene = { deployment, replicaSets: [current(10, { available: 8 })] };
  expect(statusAfter(scene).conditions).toContainEqual(over);
  expect(planOf(scene).lookAgainAt).toBeUndefined();
});

test('it looks again when the deadline runs out', () => {
  const deployment = aDeployment({}, { conditions: [progressing('ReplicaSetUpdated', 100)] });
  const replicaSets = [current(3, { available: 0 }), old(8, { available: 0 })];
  const status = statusAfter({ deployment, replicaSets });
  expect(planOf({ deployment: { ...deployment, status }, replicaSets }).lookAgainAt).toBe(NOW + 600_000);
});

test('pods that cannot be made are told of the deployment too, until they can', () => {
  const failure = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: 'quota',
    lastTransitionTime: ago(3),
  };
  const failing = { ...current(10), status: { replicas: 0, conditions: [failure] } };
  const told = statusAfter({ replicaSets: [failing] });
  expect(told.conditions).toContainEqual({ ...failure, lastUpdateTime: ago(3) });
  const after = statusAfter({ deployment: aDeployment({}, told), replicaSets: [current(10)] });
  expect(after.conditions?.map(({ type }) => type)).toEqual(['Available', 'Progressing']);
});

test('whatever it starts from, a rollout stays within its budget and ends', () => {
  const scene = fc.record({
    replicas: fc.integer({ min: 1, max: 12 }),
    maxSurge: fc.nat(4),
    maxUnavailable: fc.nat(4),
    readiness: fc.array(fc.nat(4), { minLength: 80, maxLength: 80 }),
  });
  fc.assert(
    fc.property(scene, ({ replicas, maxSurge, maxUnavailable, readiness }) => {
      const deployment = aDeployment({
        replicas,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
      });
      const sizes = { desired: replicas, max: replicas + maxSurge };
      let sets = [old(replicas, sizes), current(0, sizes)];
      const leastAvailable = replicas - (maxSurge + maxUnavailable === 0 ? 1 : maxUnavailable);
      for (const more of readiness) {
        for (const action of planOf({ deployment, replicaSets: sets }).stages.flat()) {
          if (action.kind !== 'updateReplicaSet') continue;
          const { next } = action;
          // Its controller removes the pods that are least far along, and reports what is left.
          const availableReplicas = Math.min(next.status?.availableReplicas ?? 0, replicasOf(next));
          const status = { ...next.status, replicas: replicasOf(next), availableReplicas };
          sets = sets.map((set) => (set === action.replicaSet ? { ...next, status } : set));
        }
        expect(sets.reduce((sum, set) => sum + replicasOf(set), 0)).toBeLessThanOrEqual(replicas + maxSurge);
        const available = sets.reduce((sum, set) => sum + (set.status?.availableReplicas ?? 0), 0);
        expect(available).toBeGreaterThanOrEqual(leastAvailable);
        sets = sets.map((set) => {
          const availableReplicas = Math.min(replicasOf(set), (set.status?.availableReplicas ?? 0) + more);
          return { ...set, status: { ...set.status, replicas: replicasOf(set), availableReplicas } };
        });
      }
      const isMoving = readiness.filter((more) => more > 0).length > 40;
      if (isMoving) expect(sets.map(replicasOf)).toEqual([0, replicas]);
    }),
    { numRuns: 200 },
  );
});

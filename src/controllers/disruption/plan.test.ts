import { expect, test } from 'vitest';
import type { Pod, PodDisruptionBudgetSpec, PodDisruptionBudgetStatus } from '../../generated/types.ts';
import { ago, aPod, NOW, storedMeta } from '../testing/builders.ts';
import { type Observed, planDisruption } from './plan.ts';
import type { Scale } from './scale.ts';
import { planStaleDisruption } from './staleConditions.ts';

const known = (replicas: number, owner = 'rs'): Scale => ({ kind: 'known', owner, replicas });
const UNMANAGED: Scale = { kind: 'unmanaged' };
const unready = (name: string) => aPod(name, { state: 'unready' });

interface Scene {
  spec: PodDisruptionBudgetSpec;
  status?: Partial<PodDisruptionBudgetStatus>;
  pods: readonly Pod[];
  scale?: Scale;
}
const observed = ({ spec, status, pods, scale = known(pods.length) }: Scene): Observed => ({
  budget: {
    metadata: storedMeta('budget'),
    spec,
    status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0, ...status },
  },
  pods: pods.map((pod) => ({ pod, scale })),
});
const planOf = (scene: Scene) => planDisruption(observed(scene), NOW);
const statusAfter = (scene: Scene) => {
  const write = planOf(scene)
    .stages.flat()
    .find((action) => action.kind === 'updateStatus');
  return write?.kind === 'updateStatus' ? write.status : observed(scene).budget.status!;
};
const news = (scene: Scene) =>
  planOf(scene)
    .stages.flat()
    .flatMap((action) => (action.kind === 'announce' ? [action.reason] : []));

/** Healthy / desired / expected / allowed. */
const cases: Record<string, Scene & { want: [number, number, number, number] }> = {
  'a number must stay': {
    spec: { minAvailable: 2 },
    pods: [aPod('a'), aPod('b'), aPod('c')],
    want: [3, 2, 3, 1],
  },
  'a number counts pods that nobody owns': {
    spec: { minAvailable: 1 },
    pods: [aPod('a'), aPod('b')],
    scale: UNMANAGED,
    want: [2, 1, 2, 1],
  },
  'a share of what owners want must stay, rounded up': {
    spec: { minAvailable: '50%' },
    pods: [aPod('a'), aPod('b'), aPod('c')],
    want: [3, 2, 3, 1],
  },
  'some may be missing': { spec: { maxUnavailable: 1 }, pods: [aPod('a'), aPod('b')], want: [2, 1, 2, 1] },
  'those that are not ready are missing': {
    spec: { maxUnavailable: 1 },
    pods: [aPod('a'), unready('b')],
    want: [1, 1, 2, 0],
  },
  'so are those that are not made yet': {
    spec: { maxUnavailable: 1 },
    pods: [aPod('a')],
    scale: known(3),
    want: [1, 2, 3, 0],
  },
  'so are those on their way out': {
    spec: { minAvailable: 1 },
    pods: [aPod('a'), aPod('b', { deleting: true })],
    want: [1, 1, 2, 0],
  },
  'so are those whose eviction was granted': {
    spec: { minAvailable: 1 },
    status: { disruptedPods: { b: ago(5) } },
    pods: [aPod('a'), aPod('b')],
    want: [1, 1, 2, 0],
  },
  'more may be missing than there are': {
    spec: { maxUnavailable: 5 },
    pods: [aPod('a'), aPod('b')],
    want: [2, 0, 2, 2],
  },
  'a budget of nothing allows nothing': { spec: { minAvailable: 0 }, pods: [], want: [0, 0, 0, 0] },
  'pods that nobody owns do not count where owners are asked': {
    spec: { maxUnavailable: 1 },
    pods: [aPod('a')],
    scale: UNMANAGED,
    want: [1, 0, 0, 0],
  },
};
for (const [name, { want, ...scene }] of Object.entries(cases)) {
  test(name, () => {
    const { currentHealthy, desiredHealthy, expectedPods, disruptionsAllowed } = statusAfter(scene);
    expect([currentHealthy, desiredHealthy, expectedPods, disruptionsAllowed]).toEqual(want);
  });
}

test('each owner counts once', () => {
  const seen = observed({ spec: { maxUnavailable: '50%' }, pods: [] });
  const pods = [
    { pod: aPod('a'), scale: known(2) },
    { pod: aPod('b'), scale: known(2) },
    { pod: aPod('c'), scale: known(4, 'sts') },
  ];
  const [, [write] = []] = [[], ...planDisruption({ ...seen, pods }, NOW).stages];
  expect(write).toMatchObject({ status: { expectedPods: 6, desiredHealthy: 3 } });
});

test('a condition tells whether it allows a disruption', () => {
  const conditionOf = (minAvailable: number) =>
    statusAfter({ spec: { minAvailable }, pods: [aPod('a'), aPod('b')] }).conditions;
  const rest = { observedGeneration: 1, lastTransitionTime: ago(0), message: '' };
  expect(conditionOf(1)).toEqual([
    { type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods', ...rest },
  ]);
  expect(conditionOf(2)).toEqual([
    { type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods', ...rest },
  ]);
});

test('what cannot be worked out allows nothing', () => {
  const message = 'daemonsets.apps does not implement the scale subresource';
  const scene: Scene = {
    spec: { maxUnavailable: 1 },
    status: { disruptionsAllowed: 1 },
    pods: [aPod('a')],
    scale: { kind: 'unknown', message },
  };
  expect(statusAfter(scene)).toMatchObject({
    disruptionsAllowed: 0,
    conditions: [{ status: 'False', reason: 'SyncFailed', message }],
  });
  expect(news(scene)).toEqual(['CalculateExpectedPodCountFailed']);
});

test('a budget at rest does and says nothing', () => {
  const scene: Scene = { spec: { maxUnavailable: 1 }, pods: [] };
  expect(news(scene)).toEqual(['NoPods']);
  expect(planOf({ ...scene, status: statusAfter(scene) }).stages).toEqual([]);
});

test('pods that nobody owns are told of', () => {
  expect(news({ spec: { maxUnavailable: 1 }, pods: [aPod('a')], scale: UNMANAGED })).toEqual([
    'UnmanagedPods',
  ]);
});

test('an eviction that was granted and does not come is forgotten after two minutes', () => {
  const scene = (seconds: number): Scene => ({
    spec: { minAvailable: 1 },
    status: { disruptedPods: { b: ago(seconds), gone: ago(seconds) } },
    pods: [aPod('a'), aPod('b')],
  });
  expect(statusAfter(scene(5)).disruptedPods).toEqual({ b: ago(5) });
  expect(planOf(scene(5)).lookAgainAt).toBe(NOW + 115_000);
  expect(statusAfter(scene(130))).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1 });
  expect(statusAfter(scene(130)).disruptedPods).toBeUndefined();
  expect(planOf(scene(130)).stages.flat()).toContainEqual({ kind: 'notDeleted', pod: aPod('b') });
});

test('a disruption that was announced and does not come is taken back after two minutes', () => {
  const announced = (seconds: number, reason = 'EvictionByEvictionAPI', deleting = false) => {
    const condition = { type: 'DisruptionTarget', status: 'True', reason, lastTransitionTime: ago(seconds) };
    return aPod('a', { deleting, status: { conditions: [condition] } });
  };
  expect(planStaleDisruption(announced(20), NOW)).toEqual({ stages: [], lookAgainAt: NOW + 100_000 });
  expect(planStaleDisruption(announced(120), NOW).stages).toEqual([[{ kind: 'takeBack' }]]);
  expect(planStaleDisruption(announced(120, 'TerminationByKubelet'), NOW).stages).toEqual([]);
  expect(planStaleDisruption(announced(120, 'EvictionByEvictionAPI', true), NOW).stages).toEqual([]);
});

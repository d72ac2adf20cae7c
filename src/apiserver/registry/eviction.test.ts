import { expect, test } from 'vitest';
import { isStatusError } from '../../apimachinery/errors.ts';
import type {
  Binding,
  DeleteOptions,
  Eviction,
  PodDisruptionBudgetSpec,
  PodDisruptionBudgetStatus,
} from '../../generated/types.ts';
import { PodDisruptionBudgets, Pods } from '../../resources/kinds.ts';
import { pod, startRegistry } from '../testing/registry.ts';

const ref = { name: 'a', namespace: 'default' };
const budgetRef = { name: 'budget', namespace: 'default' };

interface Scene {
  phase?: string;
  isReady?: boolean;
  spec?: Partial<PodDisruptionBudgetSpec>;
  status?: Partial<PodDisruptionBudgetStatus>;
}

/** A pod on a node with a budget that the controller has looked at. */
async function withBudget({ phase = 'Running', isReady = true, spec, status }: Scene = {}) {
  const { client } = await startRegistry();
  await client.create(Pods, pod('a', {}, { labels: { app: 'x' } }));
  const binding: Binding = { metadata: ref, target: { kind: 'Node', name: 'n1' } };
  await client.createSubresource(Pods, ref, 'binding', binding);
  const conditions = [{ type: 'Ready', status: isReady ? 'True' : 'False' }];
  const stored = await client.get(Pods, ref);
  await client.update(
    Pods,
    { ...stored, status: { ...stored.status, phase, conditions } },
    { subresource: 'status' },
  );
  const budget = await client.create(PodDisruptionBudgets, {
    metadata: budgetRef,
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'x' } }, ...spec },
  });
  const counts = { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 };
  await client.update(
    PodDisruptionBudgets,
    { ...budget, status: { observedGeneration: 1, ...counts, ...status } },
    { subresource: 'status' },
  );
  const evict = async (deleteOptions: DeleteOptions = {}, name = ref.name) => {
    try {
      const eviction: Eviction = { metadata: { ...ref, name }, deleteOptions };
      await client.createSubresource(Pods, ref, 'eviction', eviction);
      return 'evicted';
    } catch (error) {
      if (!isStatusError(error)) throw error;
      const [cause] = error.details?.causes ?? [];
      return `${error.code} ${cause?.message ?? error.message}`;
    }
  };
  return { client, evict };
}

const failed = (reason: string, message: string) => ({
  conditions: [
    {
      type: 'DisruptionAllowed',
      status: 'False',
      reason,
      message,
      lastTransitionTime: '2026-01-01T00:00:00Z',
    },
  ],
});

const cases: Record<string, Scene & { want: string }> = {
  'a budget that allows it': { status: { disruptionsAllowed: 1 }, want: 'evicted' },
  'a budget that is spent': {
    want: '429 The disruption budget budget needs 1 healthy pods and has 1 currently',
  },
  'a budget that the controller has not looked at': {
    status: { observedGeneration: 0, disruptionsAllowed: 1 },
    want: '429 The disruption budget budget is still being processed by the server.',
  },
  'a budget that could not be worked out': {
    status: failed('SyncFailed', 'found no controllers for pod "a"'),
    want: '429 The disruption budget budget does not allow evicting pods currently because it failed sync: found no controllers for pod "a"',
  },
  'a budget that is refused for another reason': {
    status: { currentHealthy: 2, ...failed('Other', 'no') },
    want: '429 The disruption budget budget does not allow evicting pods currently (Other): no',
  },
  'a pod that has ended': { phase: 'Succeeded', isReady: false, want: 'evicted' },
  'a pod that has not begun': { phase: 'Pending', isReady: false, want: 'evicted' },
  'a pod that is not healthy, while enough others are': { isReady: false, want: 'evicted' },
  'a pod that is not healthy, while too few others are': {
    isReady: false,
    status: { currentHealthy: 0 },
    want: '429 The disruption budget budget needs 1 healthy pods and has 0 currently',
  },
  'a pod that is not healthy and may always go (KEP-3017)': {
    isReady: false,
    spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    status: { currentHealthy: 0 },
    want: 'evicted',
  },
};
test.each(Object.entries(cases))('%s', async (_, { want, ...scene }) => {
  const { evict } = await withBudget(scene);
  expect(await evict()).toBe(want);
});

test('an eviction spends the budget, and notes the pod until the controller has seen it', async () => {
  const { client, evict } = await withBudget({ status: { disruptionsAllowed: 1 } });
  await evict();
  expect((await client.get(PodDisruptionBudgets, budgetRef)).status).toMatchObject({
    disruptionsAllowed: 0,
    disruptedPods: { a: '2026-01-01T00:00:00Z' },
    conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }],
  });
});

test('a pod that is not healthy costs nothing', async () => {
  const { client, evict } = await withBudget({ isReady: false, status: { disruptionsAllowed: 1 } });
  await evict();
  expect((await client.get(PodDisruptionBudgets, budgetRef)).status?.disruptionsAllowed).toBe(1);
});

test('a condition says that the pod is not to blame', async () => {
  const { client, evict } = await withBudget({ status: { disruptionsAllowed: 1 } });
  await evict();
  expect((await client.get(Pods, ref)).status?.conditions?.at(-1)).toMatchObject({
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  });
});

test('one that is tried dry, as its own options may ask, changes nothing', async () => {
  const { client, evict } = await withBudget({ status: { disruptionsAllowed: 1 } });
  expect(await evict({ dryRun: ['All'] })).toBe('evicted');
  expect((await client.get(Pods, ref)).metadata.deletionTimestamp).toBeUndefined();
  expect((await client.get(PodDisruptionBudgets, budgetRef)).status?.disruptionsAllowed).toBe(1);
});

test('it names the pod of its path', async () => {
  const { evict } = await withBudget({ status: { disruptionsAllowed: 1 } });
  expect(await evict({}, 'b')).toBe('400 name in URL does not match name in Eviction object');
});

test('the version of the pod that it asks for is the one before the condition', async () => {
  const { client, evict } = await withBudget({ status: { disruptionsAllowed: 1 } });
  const { resourceVersion = '' } = (await client.get(Pods, ref)).metadata;
  expect(await evict({ preconditions: { resourceVersion } })).toBe('evicted');
});

test('one of another pod of that name leaves no condition', async () => {
  const { client, evict } = await withBudget({ status: { disruptionsAllowed: 1 } });
  expect(await evict({ preconditions: { uid: 'other' } })).toContain('409 ');
  const { conditions } = (await client.get(Pods, ref)).status!;
  expect(conditions!.map(({ type }) => type)).not.toContain('DisruptionTarget');
});

test('a pod of two budgets cannot be evicted', async () => {
  const { client, evict } = await withBudget({ status: { disruptionsAllowed: 1 } });
  await client.create(PodDisruptionBudgets, {
    metadata: { ...budgetRef, name: 'other' },
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'x' } } },
  });
  expect(await evict()).toBe(
    '500 This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
  );
});

import { scaledValue } from '../../apimachinery/intOrString.ts';
import { deepEqual, isBeingDeleted, nameOf } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { withDisruptionAllowed, withSyncFailed } from '../../resources/disruptionAllowed.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import type { Scale } from './scale.ts';

/** How long an eviction may take until the pod counts as one that stays. */
const DELETION_TIMEOUT_MS = 120_000;

export interface Observed {
  readonly budget: PodDisruptionBudget;
  /** That it selects, with what their owners want. */
  readonly pods: readonly { readonly pod: Pod; readonly scale: Scale }[];
}

export type Reason = 'NoPods' | 'UnmanagedPods' | 'CalculateExpectedPodCountFailed';

export type Action =
  | { readonly kind: 'announce'; readonly reason: Reason; readonly detail: string }
  | { readonly kind: 'notDeleted'; readonly pod: Pod }
  | { readonly kind: 'updateStatus'; readonly status: PodDisruptionBudgetStatus };

/** How many of its pods a budget lets go now. */
export function planDisruption({ budget, pods }: Observed, now: EpochMs): Plan<Action> {
  const before: PodDisruptionBudgetStatus = budget.status ?? {
    currentHealthy: 0,
    desiredHealthy: 0,
    disruptionsAllowed: 0,
    expectedPods: 0,
  };
  const bounds = boundsOf(budget, pods);
  if (bounds.problem !== undefined) return failure(before, bounds.problem, now);
  const { disrupted, lookAgainAt, overdue } = disruptedPods(before, pods, now);
  const currentHealthy = pods.filter(({ pod }) => isCounted(pod, disrupted)).length;
  const allowed = bounds.expected > 0 ? Math.max(0, currentHealthy - bounds.desired) : 0;
  const { conditions } = before;
  const status = withDisruptionAllowed(
    {
      currentHealthy,
      desiredHealthy: bounds.desired,
      disruptionsAllowed: allowed,
      expectedPods: bounds.expected,
      observedGeneration: budget.metadata.generation ?? 0,
      ...(Object.keys(disrupted).length > 0 && { disruptedPods: disrupted }),
      ...(conditions && { conditions }),
    },
    now,
  );
  const write = updateTo(before, status);
  // Told when something changes, so that a budget at rest is silent.
  const news = write.length > 0 ? announcements(pods, bounds) : [];
  return inStages<Action>(
    [[...news, ...overdue.map((pod): Action => ({ kind: 'notDeleted', pod }))], write],
    lookAgainAt,
  );
}

const updateTo = (before: PodDisruptionBudgetStatus, status: PodDisruptionBudgetStatus): Action[] =>
  deepEqual(before, status) ? [] : [{ kind: 'updateStatus', status }];

/** What cannot be worked out allows nothing. */
function failure(before: PodDisruptionBudgetStatus, problem: string, now: EpochMs): Plan<Action> {
  const write = updateTo(before, withSyncFailed(before, problem, now));
  const news: Action = { kind: 'announce', reason: 'CalculateExpectedPodCountFailed', detail: problem };
  return inStages<Action>(write.length > 0 ? [[news], write] : []);
}

function announcements(pods: Observed['pods'], { unmanaged }: Bounds): Action[] {
  if (pods.length === 0) return [{ kind: 'announce', reason: 'NoPods', detail: '' }];
  if (unmanaged.length === 0) return [];
  return [{ kind: 'announce', reason: 'UnmanagedPods', detail: unmanaged.join(', ') }];
}

interface Bounds {
  readonly expected: number;
  readonly desired: number;
  /** Pods that nobody owns: they do not count where owners are asked. */
  readonly unmanaged: readonly string[];
  readonly problem?: string;
}

function boundsOf({ spec = {} }: PodDisruptionBudget, pods: Observed['pods']): Bounds {
  const { minAvailable, maxUnavailable } = spec;
  if (maxUnavailable === undefined && typeof minAvailable !== 'string')
    return {
      expected: minAvailable === undefined ? 0 : pods.length,
      desired: minAvailable ?? 0,
      unmanaged: [],
    };
  const scale = totalScale(pods);
  if (scale.problem !== undefined) return scale;
  const { expected } = scale;
  const desired =
    maxUnavailable === undefined
      ? scaledValue(minAvailable!, expected, true)
      : Math.max(0, expected - scaledValue(maxUnavailable, expected, true));
  return { ...scale, desired };
}

/** The sum of what the owners want, each counted once. */
function totalScale(pods: Observed['pods']): Bounds {
  const replicas = new Map<string, number>();
  const unmanaged: string[] = [];
  for (const { pod, scale } of pods) {
    if (scale.kind === 'unknown') return { expected: 0, desired: 0, unmanaged, problem: scale.message };
    if (scale.kind === 'unmanaged') unmanaged.push(nameOf(pod));
    else replicas.set(scale.owner, scale.replicas);
  }
  const expected = [...replicas.values()].reduce((sum, count) => sum + count, 0);
  return { expected, desired: 0, unmanaged };
}

type DisruptedPods = NonNullable<PodDisruptionBudgetStatus['disruptedPods']>;

const isCounted = (pod: Pod, disrupted: DisruptedPods): boolean =>
  isReady(pod) && !isBeingDeleted(pod) && disrupted[nameOf(pod)] === undefined;

/** The pods whose eviction was granted and whose end has not been seen; those for whom that takes too long are let off. */
function disruptedPods(
  { disruptedPods: noted = {} }: PodDisruptionBudgetStatus,
  pods: Observed['pods'],
  now: EpochMs,
) {
  const disrupted: DisruptedPods = {};
  const overdue: Pod[] = [];
  const deadlines: EpochMs[] = [];
  for (const { pod } of pods) {
    const time = noted[nameOf(pod)];
    if (time === undefined || isBeingDeleted(pod)) continue;
    const deadline = Date.parse(time) + DELETION_TIMEOUT_MS;
    if (deadline > now) {
      disrupted[nameOf(pod)] = time;
      deadlines.push(deadline);
    } else overdue.push(pod);
  }
  return { disrupted, overdue, lookAgainAt: earliest(...deadlines) };
}

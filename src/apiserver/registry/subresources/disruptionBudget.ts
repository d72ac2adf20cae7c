import { forbidden, StatusError, tooManyRequests } from '../../../apimachinery/errors.ts';
import { labelSelectorOf } from '../../../apimachinery/labels.ts';
import { nameOf } from '../../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../../clock/clock.ts';
import type { Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../../generated/types.ts';
import { isReady } from '../../../resources/conditions.ts';
import {
  DISRUPTION_ALLOWED,
  SYNC_FAILED,
  withDisruptionAllowed,
} from '../../../resources/disruptionAllowed.ts';
import { PodDisruptionBudgets } from '../../../resources/kinds.ts';
import { ConflictError, type Stored } from '../../../store/store.ts';
import type { RegistryParts } from '../registryParts.ts';
import { collectionPrefix } from '../target.ts';

/** Evictions that the controller has not seen yet; with more of them the budget is not to be trusted. */
const MOST_DISRUPTED_PODS = 2000;

/** Whether a pod goes at the cost of its budget, or because it is not healthy, which must then still be so. */
export type Permission =
  | { readonly kind: 'granted' }
  | { readonly kind: 'ifUnchanged'; readonly budget: string };
const GRANTED: Permission = { kind: 'granted' };

/** Spends the budget of a pod that is about to be evicted. Throws when it does not allow that. */
export async function spendBudget(parts: RegistryParts, pod: Pod, dryRun: boolean): Promise<Permission> {
  for (;;) {
    const [stored, ...more] = budgetsOf(parts, pod);
    if (!stored) return GRANTED;
    if (more.length > 0) {
      throw new StatusError(
        'InternalError',
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      );
    }
    const budget = stored.object as PodDisruptionBudget;
    if (costsNothing(budget, pod)) return { kind: 'ifUnchanged', budget: nameOf(budget) };
    const spent = spentBudget(budget, pod, parts.clock.now());
    if (dryRun) return GRANTED;
    try {
      await parts.store.put(stored.key, spent, stored.revision);
      return GRANTED;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

function budgetsOf({ store }: RegistryParts, { metadata }: Pod): Stored[] {
  const { items } = store.list(`${collectionPrefix(PodDisruptionBudgets)}${metadata.namespace}/`);
  return items.filter(({ object }) =>
    labelSelectorOf((object as PodDisruptionBudget).spec?.selector).matches(metadata.labels),
  );
}

/** A pod that is not healthy is not counted; whether it may go follows from the policy (KEP-3017). */
function costsNothing({ spec, status }: PodDisruptionBudget, pod: Pod): boolean {
  if (isReady(pod)) return false;
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy;
}

function spentBudget(budget: PodDisruptionBudget, pod: Pod, now: EpochMs): PodDisruptionBudget {
  const name = nameOf(budget);
  const status = budget.status ?? NO_STATUS;
  const { disruptionsAllowed = 0, disruptedPods = {} } = status;
  if ((status.observedGeneration ?? 0) < (budget.metadata.generation ?? 0)) throw notProcessedYet(name);
  const refused = (why: string) => forbidden(PodDisruptionBudgets, name, why);
  if (disruptionsAllowed < 0) throw refused('pdb disruptions allowed is negative');
  if (Object.keys(disruptedPods).length > MOST_DISRUPTED_PODS)
    throw refused('DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  if (disruptionsAllowed === 0) throw wouldViolate(0, whyNot(name, status));
  const left = { ...status, disruptionsAllowed: disruptionsAllowed - 1 };
  return {
    ...budget,
    metadata: { ...budget.metadata },
    status: {
      ...(left.disruptionsAllowed === 0 ? withDisruptionAllowed(left, now) : left),
      disruptedPods: { ...disruptedPods, [nameOf(pod)]: timestamp(now) },
    },
  };
}

const NO_STATUS: PodDisruptionBudgetStatus = {
  currentHealthy: 0,
  desiredHealthy: 0,
  disruptionsAllowed: 0,
  expectedPods: 0,
};
const RETRY_AFTER_SECONDS = 10;

/** The controller has not looked at the budget as it is now, or the pod changed meanwhile. */
export const notProcessedYet = (budget: string) =>
  wouldViolate(
    RETRY_AFTER_SECONDS,
    `The disruption budget ${budget} is still being processed by the server.`,
  );

function whyNot(name: string, status: PodDisruptionBudgetStatus): string {
  const { conditions, currentHealthy = 0, desiredHealthy = 0 } = status;
  const condition = conditions?.find(
    ({ type, status, message }) => type === DISRUPTION_ALLOWED && status === 'False' && message,
  );
  const refusal = `The disruption budget ${name} does not allow evicting pods currently`;
  // The counts of a budget that could not be worked out are not to be trusted.
  if (condition?.reason === SYNC_FAILED) return `${refusal} because it failed sync: ${condition.message}`;
  if (currentHealthy <= desiredHealthy)
    return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  return condition ? `${refusal} (${condition.reason}): ${condition.message}` : refusal;
}

const wouldViolate = (retryAfterSeconds: number, message: string) =>
  tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", retryAfterSeconds, [
    { reason: 'DisruptionBudget', message },
  ]);

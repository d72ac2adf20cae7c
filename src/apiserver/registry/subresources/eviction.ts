import { internalError, notFound, tooManyRequests } from '../../../apimachinery/errors.ts';
import { labelSelectorOf } from '../../../apimachinery/labels.ts';
import { isBeingDeleted, type KubernetesObject } from '../../../apimachinery/object.ts';
import type { Eviction, Pod, PodDisruptionBudget, Status } from '../../../generated/types.ts';
import { PodDisruptionBudgets } from '../../../resources/kinds.ts';
import { ConflictError, type Stored } from '../../../store/store.ts';
import { deleteObject } from '../delete.ts';
import type { RegistryParts } from '../registryParts.ts';
import type { RequestContext } from '../requestContext.ts';
import { collectionPrefix, keyOfTarget, type Target } from '../target.ts';
import { success } from './success.ts';

/** Deletes a pod unless its disruption budget forbids that now (429: try again later). */
export async function evict(
  parts: RegistryParts,
  target: Target,
  body: KubernetesObject,
  context: RequestContext,
): Promise<Status> {
  const stored = parts.store.get(keyOfTarget(target));
  if (!stored) throw notFound(target.resource, target.name);
  const pod = stored.object as Pod;
  const { resource, namespace, name } = target;
  const { user } = context;
  const subresource = 'eviction';
  parts.admission.admit({ operation: 'CREATE', resource, subresource, namespace, name, object: body, user });
  if (!mayGoAtAnyTime(pod)) await spendBudget(parts, pod, context);
  await deleteObject(parts, target, (body as Eviction).deleteOptions ?? {}, context);
  return success();
}

/** What has ended, is ending or has not begun disrupts nothing. */
const mayGoAtAnyTime = (pod: Pod): boolean =>
  isBeingDeleted(pod) || ['Succeeded', 'Failed', 'Pending'].includes(pod.status?.phase ?? '');

async function spendBudget(parts: RegistryParts, pod: Pod, { dryRun }: RequestContext): Promise<void> {
  for (;;) {
    const [stored, ...more] = budgetsOf(parts, pod);
    if (!stored) return;
    if (more.length > 0) {
      throw internalError(
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      );
    }
    const spent = spentBudget(stored.object as PodDisruptionBudget);
    if (dryRun) return;
    try {
      await parts.store.put(stored.key, spent, stored.revision);
      return;
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

function spentBudget(budget: PodDisruptionBudget): PodDisruptionBudget {
  const { status } = budget;
  const allowed = status?.disruptionsAllowed ?? 0;
  if (allowed <= 0) throw wouldViolate(budget);
  return {
    ...budget,
    metadata: { ...budget.metadata },
    status: { ...status!, disruptionsAllowed: allowed - 1 },
  };
}

function wouldViolate({ metadata, status }: PodDisruptionBudget) {
  const counts = `needs ${status?.desiredHealthy ?? 0} healthy pods and has ${status?.currentHealthy ?? 0} currently`;
  return tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 0, [
    { reason: 'DisruptionBudget', message: `The disruption budget ${metadata.name} ${counts}` },
  ]);
}

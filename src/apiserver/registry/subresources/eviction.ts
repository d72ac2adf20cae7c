import { notFound } from '../../../apimachinery/errors.ts';
import { isBeingDeleted, type KubernetesObject } from '../../../apimachinery/object.ts';
import type { EpochMs } from '../../../clock/clock.ts';
import type { Eviction, Pod, Status } from '../../../generated/types.ts';
import { disruptionTarget } from '../../../resources/pod/disruptionTarget.ts';
import { isTerminal } from '../../../resources/pod/podPhase.ts';
import { ConflictError, type Stored } from '../../../store/store.ts';
import { deleteObject } from '../delete.ts';
import type { RegistryParts } from '../registryParts.ts';
import type { RequestContext } from '../requestContext.ts';
import { keyOfTarget, type Target } from '../target.ts';
import { notProcessedYet, type Permission, spendBudget } from './disruptionBudget.ts';
import { success } from './success.ts';

/** Deletes a pod unless its disruption budget forbids that now (429: try again later). */
export async function evict(
  parts: RegistryParts,
  target: Target,
  body: KubernetesObject,
  context: RequestContext,
): Promise<Status> {
  const stored = storedPod(parts, target);
  const pod = stored.object as Pod;
  const { resource, namespace, name } = target;
  const { user } = context;
  const subresource = 'eviction';
  parts.admission.admit({ operation: 'CREATE', resource, subresource, namespace, name, object: body, user });
  const dryRun = Boolean(context.dryRun);
  const permission = mayGoAtAnyTime(pod) ? GRANTED : await spendBudget(parts, pod, dryRun);
  if (!dryRun) await markDisrupted(parts, target, stored, permission);
  await deleteObject(parts, target, (body as Eviction).deleteOptions ?? {}, context);
  return success();
}

const GRANTED: Permission = { kind: 'granted' };

function storedPod({ store }: RegistryParts, target: Target): Stored {
  const stored = store.get(keyOfTarget(target));
  if (!stored) throw notFound(target.resource, target.name);
  return stored;
}

/** What has ended, is ending or has not begun disrupts nothing. */
const mayGoAtAnyTime = (pod: Pod): boolean =>
  isBeingDeleted(pod) || ['Succeeded', 'Failed', 'Pending'].includes(pod.status?.phase ?? '');

/** A condition says that the pod is not to blame (KEP-3329). */
async function markDisrupted(
  parts: RegistryParts,
  target: Target,
  seen: Stored,
  permission: Permission,
): Promise<void> {
  for (let stored = seen; ; stored = storedPod(parts, target)) {
    const pod = stored.object as Pod;
    if (isTerminal(pod) || isBeingDeleted(pod)) return;
    try {
      await parts.store.put(stored.key, disrupted(pod, parts.clock.now()), stored.revision);
      return;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      // It may have become healthy, and then it costs.
      if (permission.kind === 'ifUnchanged') throw notProcessedYet(permission.budget);
    }
  }
}

function disrupted(pod: Pod, now: EpochMs): Pod {
  const condition = disruptionTarget(pod, 'EvictionByEvictionAPI', 'Eviction API: evicting', now);
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
  return {
    ...pod,
    metadata: { ...pod.metadata },
    status: { ...pod.status, conditions: [...others, condition] },
  };
}

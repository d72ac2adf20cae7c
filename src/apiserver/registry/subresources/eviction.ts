import { badRequest, notFound } from '../../../apimachinery/errors.ts';
import { deepCopy, isBeingDeleted, type KubernetesObject } from '../../../apimachinery/object.ts';
import type { EpochMs } from '../../../clock/clock.ts';
import type { DeleteOptions, Eviction, Pod, Status } from '../../../generated/types.ts';
import { disruptionTarget } from '../../../resources/pod/disruptionTarget.ts';
import { isTerminal } from '../../../resources/pod/podPhase.ts';
import { ConflictError, type Stored } from '../../../store/store.ts';
import { admittedTo, withoutAdmission } from '../admitted.ts';
import { checkPreconditions, deleteObject } from '../delete.ts';
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
  if (body.metadata.name !== target.name)
    throw badRequest('name in URL does not match name in Eviction object');
  const stored = storedPod(parts, target);
  const pod = stored.object as Pod;
  const eviction = deepCopy(body) as Eviction;
  const letIn = admittedTo('eviction', parts, 'CREATE', target, eviction, context);
  if (letIn) await letIn;
  const { deleteOptions = {} } = eviction;
  // Either place may ask for it.
  const dryRun = Boolean(context.dryRun || deleteOptions.dryRun?.length);
  const permission = mayGoAtAnyTime(pod) ? GRANTED : await spendBudget(parts, pod, dryRun);
  const options = dryRun
    ? deleteOptions
    : await markDisrupted(parts, target, { stored, permission, options: deleteOptions });
  await deleteObject(withoutAdmission(parts), target, options, { ...context, dryRun });
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

interface Granted {
  readonly stored: Stored;
  readonly permission: Permission;
  readonly options: DeleteOptions;
}

/**
 * A condition says that the pod is not to blame (KEP-3329). Resolves to how it is to be deleted now: who asked for one version of the pod
 * means the one that has the condition.
 */
async function markDisrupted(
  parts: RegistryParts,
  target: Target,
  { stored: seen, permission, options }: Granted,
): Promise<DeleteOptions> {
  for (let stored = seen; ; stored = storedPod(parts, target)) {
    const pod = stored.object as Pod;
    checkPreconditions(target, pod, options);
    if (isTerminal(pod) || isBeingDeleted(pod)) return options;
    try {
      const marked = await parts.store.put(stored.key, disrupted(pod, parts.clock.now()), stored.revision);
      return ofVersion(options, marked.object);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      // It may have become healthy, and then it costs.
      if (permission.kind === 'ifUnchanged') throw notProcessedYet(permission.budget);
    }
  }
}

function ofVersion(options: DeleteOptions, { metadata }: KubernetesObject): DeleteOptions {
  const { preconditions } = options;
  if (!preconditions?.resourceVersion) return options;
  return { ...options, preconditions: { ...preconditions, resourceVersion: metadata.resourceVersion! } };
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

import { conflict, invalid, notFound } from '../../apimachinery/errors.ts';
import { type FieldError, invalidValue, notSupported } from '../../apimachinery/fieldErrors.ts';
import { deepEqual, type KubernetesObject } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { DeleteOptions, Namespace } from '../../generated/types.ts';
import type { Resource } from '../../resources/resource.ts';
import { ConflictError, type Stored } from '../../store/store.ts';
import { admitted } from './admitted.ts';
import { preparedFor, workedWith } from './customVersions.ts';
import { Unstored } from './dryRunAnswer.ts';
import { finalizersForDeletion, holdsSpecFinalizers, isNamespace, orphanWarning } from './finalizers.ts';
import type { RegistryParts } from './registryParts.ts';
import { circumstancesOf, type RequestContext } from './requestContext.ts';
import { keyOfTarget, type Target } from './target.ts';

/** How a deletion went: `isGone` is false while a grace period or finalizers hold the object. */
export interface Deletion {
  readonly stored: Stored;
  readonly isGone: boolean;
}

/** Deletes an object, or marks it as being deleted when something must happen first. */
export async function deleteObject(
  parts: RegistryParts,
  target: Target,
  options: DeleteOptions,
  context: RequestContext,
): Promise<Deletion> {
  validateDeleteOptions(options);
  const warning = orphanWarning(target.resource, options);
  if (warning) context.warn?.(warning);
  const key = keyOfTarget(target);
  for (;;) {
    const stored = parts.store.get(key);
    if (!stored) throw notFound(target.resource, target.name);
    checkPreconditions(target, stored.object, options);
    const { resource, namespace, name } = target;
    const preparation = preparedFor(resource, [stored.object]);
    if (preparation) await preparation;
    const letIn = admitted(parts, {
      ...circumstancesOf(context),
      operation: 'DELETE',
      resource,
      namespace,
      name,
      stored: workedWith(resource, stored.object),
      options,
    });
    if (letIn) await letIn;
    try {
      return await carryOut(parts, target, stored, options, context);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

async function carryOut(
  { store, clock }: RegistryParts,
  { resource, name }: Target,
  stored: Stored,
  options: DeleteOptions,
  { dryRun }: RequestContext,
): Promise<Deletion> {
  const marked = markDeleted(resource, stored.object, options, clock.now());
  if (marked) {
    if (deepEqual(marked, stored.object)) return { stored, isGone: false };
    if (dryRun) return { stored: new Unstored(stored.key, marked), isGone: false };
    return { stored: await store.put(stored.key, marked, stored.revision), isGone: false };
  }
  if (dryRun) return { stored, isGone: true };
  const deleted = await store.delete(stored.key, stored.revision);
  if (!deleted) throw notFound(resource, name);
  return { stored: deleted, isGone: true };
}

/** The object as it waits for its end; undefined when nothing holds it. */
function markDeleted(
  resource: Resource,
  object: KubernetesObject,
  options: DeleteOptions,
  now: EpochMs,
): KubernetesObject | undefined {
  const { finalizers: given = [], ...metadata } = object.metadata;
  const graceSeconds = resource.gracePeriodSeconds?.(object, options.gracePeriodSeconds) ?? 0;
  if (metadata.deletionTimestamp && metadata.deletionGracePeriodSeconds) {
    return shortened(object, options.gracePeriodSeconds === undefined ? undefined : graceSeconds);
  }
  const finalizers = finalizersForDeletion(resource, given, options);
  if (finalizers.length === 0 && graceSeconds === 0 && !holdsSpecFinalizers(object)) return undefined;
  const held = finalizers.length > 0 ? { ...metadata, finalizers } : metadata;
  if (metadata.deletionTimestamp) return { ...object, metadata: held };
  return terminating({
    ...object,
    metadata: {
      ...held,
      ...(metadata.generation && { generation: metadata.generation + 1 }),
      deletionTimestamp: timestamp(now + graceSeconds * 1000),
      ...(!isNamespace(object) && { deletionGracePeriodSeconds: graceSeconds }),
    },
  });
}

/** A grace period that is running can only be made shorter. Finalizers stay: whoever owns them is at work. */
function shortened(object: KubernetesObject, graceSeconds: number | undefined): KubernetesObject | undefined {
  const { metadata } = object;
  const left = metadata.deletionGracePeriodSeconds ?? 0;
  if (graceSeconds === undefined || graceSeconds >= left) return object;
  if (graceSeconds === 0 && !metadata.finalizers?.length) return undefined;
  const deletionTime = Date.parse(metadata.deletionTimestamp!) + (graceSeconds - left) * 1000;
  return {
    ...object,
    metadata: {
      ...metadata,
      deletionTimestamp: timestamp(deletionTime),
      deletionGracePeriodSeconds: graceSeconds,
    },
  };
}

/** A namespace says in its status that it is on its way out. */
function terminating(object: KubernetesObject): KubernetesObject {
  if (!isNamespace(object)) return object;
  const namespace = object as Namespace;
  const marked: Namespace = { ...namespace, status: { ...namespace.status, phase: 'Terminating' } };
  return marked;
}

/** The very object, or the version of it, that a deletion is about. */
export function checkPreconditions(
  { resource, name }: Target,
  { metadata }: KubernetesObject,
  { preconditions = {} }: DeleteOptions,
): void {
  const { uid, resourceVersion } = preconditions;
  // Upstream names the kind here, where every other conflict names the resource.
  const kind = { group: resource.group, plural: resource.kind };
  if (uid && uid !== metadata.uid) {
    throw conflict(
      kind,
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    throw conflict(
      kind,
      name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
  }
}

const PROPAGATION_POLICIES = ['Foreground', 'Background', 'Orphan'];

function validateDeleteOptions({ orphanDependents, propagationPolicy, dryRun }: DeleteOptions): void {
  const errors: FieldError[] = [];
  if (orphanDependents !== undefined && propagationPolicy !== undefined) {
    errors.push(
      invalidValue(
        'propagationPolicy',
        propagationPolicy,
        'orphanDependents and deletionPropagation cannot be both set',
      ),
    );
  }
  if (propagationPolicy !== undefined && !PROPAGATION_POLICIES.includes(propagationPolicy)) {
    errors.push(notSupported('propagationPolicy', propagationPolicy, [...PROPAGATION_POLICIES, 'nil']));
  }
  for (const value of dryRun ?? []) {
    if (value !== 'All') errors.push(notSupported('dryRun', value, ['All']));
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
}

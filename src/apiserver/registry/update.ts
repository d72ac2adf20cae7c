import { badRequest, conflict, invalid, notFound, staleVersion } from '../../apimachinery/errors.ts';
import { validateObjectMetaUpdate } from '../../apimachinery/metaValidation.ts';
import { deepEqual, isBeingDeleted, type KubernetesObject, nameOf } from '../../apimachinery/object.ts';
import type { ObjectMeta } from '../../generated/types.ts';
import { ConflictError, type Stored } from '../../store/store.ts';
import type { AdmissionRequest } from '../admission/admission.ts';
import { create, warnAbout } from './create.ts';
import { keptForm, preparedFor, workedWith } from './customVersions.ts';
import { Unstored } from './dryRunAnswer.ts';
import { holdsSpecFinalizers } from './finalizers.ts';
import { keepServerMetadata, metaRulesOf, settleNamespace } from './metadata.ts';
import type { RegistryParts } from './registryParts.ts';
import { circumstancesOf, type RequestContext } from './requestContext.ts';
import { keyOfTarget, type Target } from './target.ts';
import type { EndpointRules } from './updateRules.ts';

/** Through which endpoint of which object a write goes. */
export interface UpdateTarget extends Target {
  readonly subresource?: string | undefined;
  readonly rules: EndpointRules;
}

/** What the object shall become. The one that is given is shared and frozen. Called again when another writer was faster. */
export type Change = (stored: KubernetesObject) => KubernetesObject;

/** Carries a change out on the newest state of the object. Nothing is written when nothing changes. */
export async function change(
  parts: RegistryParts,
  target: UpdateTarget,
  changeObject: Change,
  context: RequestContext,
): Promise<Stored> {
  const key = keyOfTarget(target);
  for (;;) {
    const stored = parts.store.get(key);
    if (!stored) throw notFound(target.resource, target.name);
    const preparation = preparedFor(target.resource, [stored.object]);
    if (preparation) await preparation;
    const before = workedWith(target.resource, stored.object);
    let request = draft(parts, target, changeObject(before), before, context);
    const mutation = parts.admission.mutate(request);
    if (mutation) {
      await mutation;
      request = { ...request, object: taken(target, request.object, before) };
    }
    settle(parts, target, request, context);
    const review = parts.admission.review(request);
    if (review) await review;
    parts.admission.charge(request);
    try {
      return await store(parts, request, stored, context);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

/** PUT: replaces the object; of kinds that allow it, creates one that is missing. */
export async function update(
  parts: RegistryParts,
  target: UpdateTarget,
  given: KubernetesObject,
  context: RequestContext,
): Promise<{ stored: Stored; created: boolean }> {
  checkSameName(target, given);
  const { resource, subresource } = target;
  if (resource.createOnUpdate && !subresource && !parts.store.get(keyOfTarget(target))) {
    const named = { ...given, metadata: { ...given.metadata, name: target.name } };
    return { stored: await create(parts, target, named, context), created: true };
  }
  return { stored: await change(parts, target, () => given, context), created: false };
}

/** An update on its way. */
interface Update extends AdmissionRequest {
  readonly name: string;
  readonly object: KubernetesObject;
  readonly stored: KubernetesObject;
}

/** What was asked for, with what clients may leave out and what plugins know to add. */
function draft(
  parts: RegistryParts,
  target: UpdateTarget,
  given: KubernetesObject,
  stored: KubernetesObject,
  context: RequestContext,
): Update {
  const { resource, subresource, namespace, name, rules } = target;
  const object = taken(target, given, stored);
  rules.setDefaults?.(object);
  const circumstances = circumstancesOf(context);
  const request: Update = {
    ...circumstances,
    operation: 'UPDATE',
    resource,
    subresource,
    namespace,
    name,
    object,
    stored,
  };
  parts.admission.admit(request);
  return request;
}

/** Of what is given, what this endpoint may write: so also after webhooks, which may have changed more. */
function taken(target: UpdateTarget, given: KubernetesObject, stored: KubernetesObject): KubernetesObject {
  const next = target.rules.take(given, stored);
  settleNamespace(target, next.metadata);
  checkVersion(target, next.metadata, stored.metadata);
  keepServerMetadata(next.metadata, stored.metadata);
  return next;
}

/** Makes the object what is to be stored, and finds it right. */
function settle(parts: RegistryParts, target: UpdateTarget, request: Update, context: RequestContext): void {
  const { rules } = target;
  const { object: next, stored, resource } = request;
  parts.admission.complete(request);
  rules.prepareUpdate(next, stored, parts.clock.now());
  context.trackFields?.(next, stored);
  const errors = [
    ...validateObjectMetaUpdate(next.metadata, stored.metadata, metaRulesOf(resource)),
    ...rules.validateUpdate(next, stored),
  ];
  if (errors.length > 0) throw invalid(resource, target.name, errors);
  warnAbout(parts, resource, next, stored, context);
  parts.admission.validate(request);
}

function store(
  { store }: RegistryParts,
  { resource, name, object: next, stored: before }: Update,
  stored: Stored,
  { dryRun }: RequestContext,
): Promise<Stored> | Stored {
  const isDone = isReadyToGo(next);
  if (!isDone && deepEqual(next, before)) return stored;
  if (dryRun) return new Unstored(stored.key, next);
  if (!isDone) {
    const conversion = keptForm(resource, next);
    if (conversion) return conversion.then((kept) => store.put(stored.key, kept, stored.revision));
    return store.put(stored.key, next, stored.revision);
  }
  return store.delete(stored.key, stored.revision).then((deleted) => {
    if (!deleted) throw notFound(resource, name);
    return deleted;
  });
}

/** Whether the last finalizer of an object that is being deleted is gone, and no grace period is left to wait for. */
const isReadyToGo = (next: KubernetesObject): boolean =>
  isBeingDeleted(next) &&
  !next.metadata.finalizers?.length &&
  !next.metadata.deletionGracePeriodSeconds &&
  !holdsSpecFinalizers(next);

/** What is sent to a path is about the object of that path. */
export function checkSameName({ name }: Pick<Target, 'name'>, given: KubernetesObject): void {
  const givenName = given.metadata && nameOf(given);
  if (givenName && givenName !== name) {
    throw badRequest(`the name of the object (${givenName}) does not match the name on the URL (${name})`);
  }
}

/** Compare and swap: a version or a uid that the client names must be the stored one. */
function checkVersion({ resource, name, ...target }: Target, next: ObjectMeta, stored: ObjectMeta): void {
  if (next.uid && next.uid !== stored.uid) {
    const key = `/registry${keyOfTarget({ resource, name, ...target })}`;
    throw conflict(
      resource,
      name,
      `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, ` +
        `AdditionalErrorMsg: Precondition failed: UID in precondition: ${next.uid}, UID in object meta: ${stored.uid}`,
    );
  }
  const isUnconditional = !next.resourceVersion || next.resourceVersion === '0';
  if (!isUnconditional) {
    if (next.resourceVersion !== stored.resourceVersion) throw staleVersion(resource, name);
  } else if (!resource.requiresResourceVersion) next.resourceVersion = stored.resourceVersion!;
}

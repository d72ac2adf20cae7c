import {
  alreadyExists,
  badRequest,
  forbidden,
  invalid,
  notFound,
  StatusError,
} from '../../apimachinery/errors.ts';
import { validateObjectMeta } from '../../apimachinery/metaValidation.ts';
import { isBeingDeleted, type KubernetesObject, nameOf } from '../../apimachinery/object.ts';
import { Namespaces } from '../../resources/kinds.ts';
import type { Resource } from '../../resources/resource.ts';
import { ConflictError, type Stored } from '../../store/store.ts';
import type { AdmissionRequest } from '../admission/admission.ts';
import { keptForm } from './customVersions.ts';
import { Unstored } from './dryRunAnswer.ts';
import { metaRulesOf, ownCopy, settleNamespace, stampNewMetadata } from './metadata.ts';
import type { RegistryParts } from './registryParts.ts';
import { circumstancesOf, type RequestContext } from './requestContext.ts';
import { type Scope, storageKey } from './target.ts';

/** How often a name is generated anew when the last one is taken (upstream's RetryGenerateName). */
const GENERATE_NAME_TRIES = 8;

/** Stores a new object. The one that is given stays the caller's. */
export async function create(
  parts: RegistryParts,
  scope: Scope,
  given: KubernetesObject,
  context: RequestContext,
): Promise<Stored> {
  const { resource } = scope;
  if (resource.custom?.isTerminating) throw onItsWayOut();
  if (given.metadata?.resourceVersion && given.metadata.resourceVersion !== '0') {
    throw badRequest('resourceVersion should not be set on objects to be created');
  }
  const preparation = prepare(parts, scope, given, context);
  if (preparation) await preparation;
  const isGenerated = !given.metadata?.name && Boolean(given.metadata?.generateName);
  for (let triesLeft = isGenerated ? GENERATE_NAME_TRIES : 1; ; triesLeft--) {
    const request = draft(parts, scope, given, context);
    const mutation = parts.admission.mutate(request);
    if (mutation) await mutation;
    const settled = settle(parts, scope, request, context);
    const review = parts.admission.review(settled);
    if (review) await review;
    const { object } = settled;
    const key = storageKey(resource, object.metadata.namespace, nameOf(object));
    try {
      parts.admission.charge(settled);
      return await store(parts, resource, key, object, context);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      if (triesLeft === 1) throw taken(resource, object, error.actual, isGenerated);
    } finally {
      parts.admission.settled(object);
    }
  }
}

const onItsWayOut = (): StatusError =>
  new StatusError('MethodNotAllowed', 'create not allowed while custom resource definition is terminating');

function prepare(
  { admission }: RegistryParts,
  { resource, namespace }: Scope,
  object: KubernetesObject,
  context: RequestContext,
): Promise<void> | undefined {
  return admission.prepare({
    ...circumstancesOf(context),
    operation: 'CREATE',
    resource,
    namespace: namespace ?? object.metadata?.namespace,
    name: object.metadata?.name,
    object,
  });
}

/** A creation on its way. */
interface Creation extends AdmissionRequest {
  readonly object: KubernetesObject;
}

/** What was sent, with defaults and what plugins know to add. */
function draft(
  parts: RegistryParts,
  scope: Scope,
  given: KubernetesObject,
  context: RequestContext,
): Creation {
  const { resource } = scope;
  const object = ownCopy(resource, given);
  settleNamespace(scope, object.metadata);
  resource.setDefaults?.(object);
  checkNamespace(parts, resource, object);
  const { namespace, name } = object.metadata;
  const request: Creation = {
    ...circumstancesOf(context),
    operation: 'CREATE',
    resource,
    namespace,
    name,
    object,
  };
  parts.admission.admit(request);
  return request;
}

/** The object as it is to be stored, and found right. It has its name by now. */
function settle(parts: RegistryParts, scope: Scope, request: Creation, context: RequestContext): Creation {
  const { resource, object } = request;
  settleNamespace(scope, object.metadata);
  parts.admission.complete(request);
  stampNewMetadata(parts, resource, object.metadata);
  if (resource.subresources?.status && !resource.keepsStatusOnCreate) delete (object as WithStatus).status;
  resource.prepareCreate?.(object, context.warn);
  context.trackFields?.(object, undefined);
  validateNew(resource, object);
  warnAbout(parts, resource, object, undefined, context);
  const named = { ...request, name: nameOf(object) };
  parts.admission.validate(named);
  return named;
}

interface WithStatus extends KubernetesObject {
  status?: unknown;
}

function validateNew(resource: Resource, object: KubernetesObject): void {
  const errors = [
    ...validateObjectMeta(object.metadata, metaRulesOf(resource)),
    ...resource.validate(object),
  ];
  if (errors.length > 0) throw invalid(resource, nameOf(object), errors);
}

/** Tells the client what its kind and this cluster have to say about an object that is right, but doubtful. */
export function warnAbout(
  parts: RegistryParts,
  resource: Resource,
  object: KubernetesObject,
  stored: KubernetesObject | undefined,
  { warn }: RequestContext,
): void {
  if (!warn) return;
  for (const text of resource.warnings?.(object, stored) ?? []) warn(text);
  for (const text of parts.warnings?.(object) ?? []) warn(text);
}

function store(
  { store }: RegistryParts,
  resource: Resource,
  key: string,
  object: KubernetesObject,
  { dryRun }: RequestContext,
): Promise<Stored> | Stored {
  if (!dryRun) {
    const conversion = keptForm(resource, object);
    return conversion ? conversion.then((kept) => store.put(key, kept, 0)) : store.put(key, object, 0);
  }
  const existing = store.get(key);
  if (existing) throw new ConflictError(key, existing);
  return new Unstored(key, object);
}

/** A namespace that is missing or on its way out takes nothing in: part of every server, whatever its admission. */
function checkNamespace({ store }: RegistryParts, resource: Resource, { metadata }: KubernetesObject): void {
  if (!resource.namespaced) return;
  const { name = '', namespace = '' } = metadata;
  const found = store.get(storageKey(Namespaces, undefined, namespace));
  if (!found) throw notFound(Namespaces, namespace);
  if (!isBeingDeleted(found.object)) return;
  const refusal = forbidden(
    resource,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  );
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  throw new StatusError('Forbidden', refusal.message, { ...refusal.details, causes: [cause] });
}

function taken(
  resource: Resource,
  object: KubernetesObject,
  actual: Stored | undefined,
  isGenerated: boolean,
): StatusError {
  const { message, details } = alreadyExists(resource, nameOf(object));
  if (isGenerated) {
    return new StatusError(
      'AlreadyExists',
      `${message}, the server was not able to generate a unique name for the object`,
      details,
    );
  }
  const prefix = actual && isBeingDeleted(actual.object) ? 'object is being deleted: ' : '';
  return new StatusError('AlreadyExists', prefix + message, details);
}

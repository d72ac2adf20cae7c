import { internalError, messageOf } from '../../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../../apimachinery/object.ts';
import { applyJsonPatch } from '../../../apimachinery/patch/json.ts';
import { decodeFields } from '../../../apimachinery/schema/decode.ts';
import { type Definition, definitionOf } from '../../../apimachinery/schema/schema.ts';
import type { Scale } from '../../../generated/types.ts';
import { definitionOfResource } from '../../../resources/definitionOfResource.ts';
import { scaleAccessOf } from '../../registry/endpointRules.ts';
import type { AdmissionRequest } from '../admission.ts';
import { type AdmittedType, isSentApart } from '../matching/admittedType.ts';

/** What the patch of a webhook makes of the object that it was shown. Throws 500 where it makes no sense. */
export function patchedObject(
  webhook: string,
  request: AdmissionRequest,
  type: AdmittedType,
  shown: KubernetesObject | undefined,
  patch: string,
): KubernetesObject | undefined {
  const operations = operationsIn(patch);
  if (operations === undefined) return shown;
  if (!shown) {
    const name = JSON.stringify(webhook);
    throw internalError(
      `admission webhook ${name} attempted to modify the object, which is not supported for this operation`,
    );
  }
  return changedObject(request, type, applied(shown, operations));
}

/** Undefined where nothing is to be done. */
function operationsIn(patch: string): unknown[] | undefined {
  if (patch === '') return undefined;
  let operations: unknown;
  try {
    operations = JSON.parse(patch);
  } catch (error) {
    throw internalError(messageOf(error));
  }
  return Array.isArray(operations) && operations.length === 0 ? undefined : (operations as unknown[]);
}

function applied(shown: KubernetesObject, operations: unknown[]): unknown {
  try {
    return applyJsonPatch(shown, operations);
  } catch (error) {
    throw internalError(messageOf(error));
  }
}

/** What a change has led to: an object without what the kind does not know. */
export function changedObject(
  request: AdmissionRequest,
  type: AdmittedType,
  document: unknown,
): KubernetesObject {
  // What is asked for with a connection has no definition: it is read from a URL.
  if (request.operation === 'CONNECT') return document as KubernetesObject;
  // A custom kind is settled by its schema in the version of the request, once it is in that again.
  if (request.resource.custom && type.kind.version !== request.resource.version) {
    return document as KubernetesObject;
  }
  return decoded(definitionFor(request, type), document);
}

function decoded(definition: Definition, document: unknown): KubernetesObject {
  const { object, problem } = decodeFields<KubernetesObject>(definition, document);
  if (problem !== undefined) throw internalError(problem);
  return object.metadata ? object : { ...object, metadata: {} };
}

/** The structure of what is shown in a version of the API. */
export function definitionFor({ resource }: AdmissionRequest, { kind }: AdmittedType): Definition {
  const known =
    resource.custom && kind.kind === resource.kind
      ? undefined
      : definitionOf(kind.group, kind.version, kind.kind);
  return known ?? definitionOfResource(resource);
}

/** Puts what has become of the shown object where the request has its own. */
export function takeBack(request: AdmissionRequest, { kind }: AdmittedType, next: KubernetesObject): void {
  const { resource, subresource } = request;
  const object = request.object!;
  if (subresource === 'scale') {
    scaleAccessOf(resource).setReplicas(object, (next as Scale).spec?.replicas ?? 0);
    return;
  }
  const alternative = resource.alternatives?.find(
    ({ group, version }) => group === kind.group && version === kind.version,
  );
  replace(object, alternative?.toStored?.(next) ?? next);
  if (!subresource && !isSentApart(request)) resource.setDefaults?.(object);
}

/** The object stays the very one, with other fields. */
function replace(object: KubernetesObject, next: KubernetesObject): void {
  const { apiVersion, kind } = object;
  for (const field of Object.keys(object)) delete (object as unknown as Record<string, unknown>)[field];
  Object.assign(object, next, apiVersion && { apiVersion }, kind && { kind });
}

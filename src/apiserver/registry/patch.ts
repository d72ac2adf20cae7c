import { applyPatch } from '../../apimachinery/apply/applyPatch.ts';
import { badRequest, notFound, unsupportedMediaType } from '../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import { applyJsonPatch } from '../../apimachinery/patch/json.ts';
import { isJsonObject } from '../../apimachinery/patch/jsonValue.ts';
import { applyMergePatch } from '../../apimachinery/patch/merge.ts';
import { applyStrategicMergePatch } from '../../apimachinery/patch/strategic.ts';
import type { Definition } from '../../apimachinery/schema/schema.ts';
import type { Patch } from '../../client/client.ts';
import type { Stored } from '../../store/store.ts';
import { create } from './create.ts';
import type { RegistryParts } from './registryParts.ts';
import type { RequestContext } from './requestContext.ts';
import { keyOfTarget } from './target.ts';
import { change, type UpdateTarget } from './update.ts';

/** A patch and what is needed to carry it out. */
export interface PatchRequest {
  readonly type: Patch['type'];
  readonly body: unknown;
  /** The structure that the patch speaks of. */
  readonly definition: Definition;
  /** Of an apply: its field manager. */
  readonly manager: string;
  /** Of an apply: whether it takes fields away from others. */
  readonly force: boolean;
  /** Makes a typed object of what a patch led to. */
  readonly decode?: (document: unknown) => KubernetesObject;
  /** The version of the API that the patch speaks of, from the stored one. */
  readonly fromStored?: (object: KubernetesObject) => KubernetesObject;
}

/** Changes the object as the patch says; an apply creates it when it is missing. */
export async function patch(
  parts: RegistryParts,
  target: UpdateTarget,
  request: PatchRequest,
  context: RequestContext,
): Promise<{ stored: Stored; created: boolean }> {
  const { decode = asObject, fromStored = (object) => object } = request;
  // An apply keeps the account of fields itself.
  const { trackFields: _, ...untracked } = context;
  const own = request.type === 'apply' ? untracked : context;
  const outcome = (stored: KubernetesObject | undefined) =>
    decode(patched(parts, target, stored && fromStored(stored), request));
  if (request.type === 'apply' && !parts.store.get(keyOfTarget(target))) {
    if (target.subresource) throw notFound(target.resource, target.name);
    return { stored: await create(parts, target, outcome(undefined), own), created: true };
  }
  return { stored: await change(parts, target, outcome, own), created: false };
}

/** Nobody knows how lists of a custom kind are merged by their Go types: there are none. */
const NOT_STRATEGIC =
  'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';

function patched(
  { clock }: RegistryParts,
  { resource, subresource = '' }: UpdateTarget,
  document: KubernetesObject | undefined,
  { type, body, definition, manager, force }: PatchRequest,
): unknown {
  switch (type) {
    case 'json':
      return applyJsonPatch(document, body);
    case 'merge':
      return applyMergePatch(document, body);
    case 'strategic':
      if (resource.custom) throw unsupportedMediaType(NOT_STRATEGIC);
      return applyStrategicMergePatch(document, body, definition);
    case 'apply':
      return applyPatch({
        live: document,
        applied: asObject(body),
        manager,
        force,
        definition,
        now: clock.now(),
        subresource,
      });
  }
}

function asObject(value: unknown): KubernetesObject {
  if (isJsonObject(value) && isJsonObject(value.metadata)) return value as unknown as KubernetesObject;
  throw badRequest('the patch leads to something that is not an object with metadata');
}

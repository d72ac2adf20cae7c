import type { FieldError } from '../../apimachinery/fieldErrors.ts';
import { deepCopy, type KubernetesObject } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { ObjectMeta } from '../../generated/types.ts';
import type { Resource, UpdateRules } from '../../resources/resource.ts';
import { semanticEqual } from '../../resources/semanticEqual.ts';
import { metadataCopy, ownCopy } from './metadata.ts';

/** What any kind may have. */
interface AnyObject extends KubernetesObject {
  spec?: unknown;
  status?: unknown;
}

/** How a write through one endpoint changes its object. */
export interface EndpointRules extends UpdateRules<KubernetesObject> {
  /** What the request asks for: copies of the parts that this endpoint writes, and the stored (frozen) ones of the rest. */
  take(given: KubernetesObject, stored: KubernetesObject): KubernetesObject;
  /** Fills in defaults, before admission. */
  setDefaults?(next: KubernetesObject): void;
}

const NO_ERRORS: readonly FieldError[] = [];

/** The object itself: all but its status. */
export const mainRules = (resource: Resource): EndpointRules => ({
  take: (given, stored) =>
    resource.subresources?.status ? withStatusOf(resource, given, stored) : ownCopy(resource, given, stored),
  setDefaults: (next) => resource.setDefaults?.(next),
  prepareUpdate(next, stored) {
    resource.prepareUpdate?.(next, stored);
    countGeneration(resource, next, stored);
  },
  validateUpdate: (next, stored) => resource.validateUpdate(next, stored),
});

/** `/status`: the status, and of the metadata what clients may write, save the owners (as upstream does for pods). */
export const statusRules = (resource: Resource): EndpointRules => ({
  take: (given, stored) => ({
    ...withoutStatus(stored),
    metadata: withOwnersOf(stored, metadataCopy(given.metadata, stored.metadata)),
    ...deepCopy(statusOf(given)),
  }),
  prepareUpdate: (next, stored) => resource.prepareStatusUpdate?.(next, stored),
  validateUpdate: (next, stored) => resource.validateStatusUpdate?.(next, stored) ?? NO_ERRORS,
});

/** A subresource whose kind says itself what a write to it may change. */
export const subresourceRules = (
  resource: Resource,
  rules: UpdateRules<KubernetesObject>,
): EndpointRules => ({
  take: (given, stored) => ownCopy(resource, given, stored),
  prepareUpdate: (next, stored, now: EpochMs) => rules.prepareUpdate(next, stored, now),
  validateUpdate: (next, stored) => rules.validateUpdate(next, stored),
});

const statusOf = (object: AnyObject) => ('status' in object ? { status: object.status } : {});

function withoutStatus(object: AnyObject): KubernetesObject {
  const { status: _, ...rest } = object;
  return rest;
}

const withStatusOf = (resource: Resource, given: AnyObject, stored: AnyObject): KubernetesObject => ({
  ...ownCopy(resource, withoutStatus(given), stored),
  ...statusOf(stored),
});

function withOwnersOf({ metadata: { ownerReferences } }: KubernetesObject, metadata: ObjectMeta): ObjectMeta {
  const { ownerReferences: _, ...rest } = metadata;
  return ownerReferences ? { ...rest, ownerReferences } : rest;
}

/** `metadata.generation` counts what people asked for, not what controllers report. A kind may have counted already. */
function countGeneration(resource: Resource, next: KubernetesObject, stored: KubernetesObject): void {
  const { generation = 0 } = stored.metadata;
  if (!resource.hasGeneration || (next.metadata.generation ?? 0) > generation) return;
  if (!semanticEqual((next as AnyObject).spec, (stored as AnyObject).spec)) {
    next.metadata.generation = generation + 1;
  }
}

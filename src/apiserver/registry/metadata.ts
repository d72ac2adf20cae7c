import { badRequest } from '../../apimachinery/errors.ts';
import type { MetaRules } from '../../apimachinery/metaValidation.ts';
import { dns1123Subdomain } from '../../apimachinery/nameRules.ts';
import { apiVersionOf, deepCopy, type KubernetesObject, setOwn } from '../../apimachinery/object.ts';
import { timestamp } from '../../clock/clock.ts';
import { nameSuffix, uuid } from '../../clock/random.ts';
import type { ObjectMeta } from '../../generated/types.ts';
import { CustomResourceDefinitions } from '../../resources/kinds.ts';
import { copyUnsettled } from '../../resources/podtemplate/settledSpecs.ts';
import type { Resource } from '../../resources/resource.ts';
import type { RegistryParts } from './registryParts.ts';
import type { Scope } from './target.ts';

/** Upstream's `maxGeneratedNameLength`: 63 less the five letters that are added. */
const MAX_GENERATED_PREFIX = 58;

const metaRulesByResource = new WeakMap<Resource, MetaRules>();

/** By which rules the names of a kind go. */
export const metaRulesOf = (resource: Resource): MetaRules =>
  metaRulesByResource.getOrInsertComputed(resource, makeMetaRules);

const makeMetaRules = (resource: Resource): MetaRules => ({
  namespaced: resource.namespaced,
  allowsPlainFinalizers: resource.custom !== undefined || resource.group === CustomResourceDefinitions.group,
  nameRule: resource.nameProblems ? (name) => [...resource.nameProblems!(name, false)] : dns1123Subdomain,
});

/** Puts the namespace of the request into the object, or refuses one that differs. */
export function settleNamespace({ resource, namespace }: Scope, metadata: ObjectMeta): void {
  if (!resource.namespaced || !namespace) return;
  metadata.namespace ||= namespace;
  if (metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

/** Gives a new object what only the server may set. */
export function stampNewMetadata(
  { clock, random }: RegistryParts,
  resource: Resource,
  metadata: ObjectMeta,
): void {
  if (!metadata.name && metadata.generateName) {
    metadata.name = metadata.generateName.slice(0, MAX_GENERATED_PREFIX) + nameSuffix(random);
  }
  metadata.uid = uuid(random);
  metadata.creationTimestamp = timestamp(clock.now());
  for (const field of SERVER_FIELDS) drop(metadata, field);
  dropEmpty(metadata);
  if (resource.hasGeneration) metadata.generation = 1;
}

const SERVER_FIELDS = [
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'resourceVersion',
  'selfLink',
] as const;

/** Restores what an update cannot change, and fills in what a client may leave out. */
export function keepServerMetadata(next: ObjectMeta, stored: ObjectMeta): void {
  for (const field of ['uid', 'namespace', 'name'] as const) {
    if (next[field]) continue;
    if (stored[field]) next[field] = stored[field];
    else drop(next, field);
  }
  next.creationTimestamp = stored.creationTimestamp;
  if (stored.generation === undefined) drop(next, 'generation');
  else next.generation = stored.generation;
  if (stored.deletionTimestamp) next.deletionTimestamp = stored.deletionTimestamp;
  if (stored.deletionGracePeriodSeconds !== undefined) {
    next.deletionGracePeriodSeconds ??= stored.deletionGracePeriodSeconds;
  }
  drop(next, 'selfLink');
  dropEmpty(next);
}

/** An object from which something is deleted is slow ever after: nothing is, unless it is there. */
function drop(metadata: ObjectMeta, field: keyof ObjectMeta): void {
  if (field in metadata) delete metadata[field];
}

/** Lists and maps without anything in them are not written, as Go leaves them out. */
function dropEmpty(metadata: ObjectMeta): void {
  for (const field of ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const) {
    const value = metadata[field];
    if (value && Object.keys(value).length === 0) delete metadata[field];
  }
}

/** A copy to be changed, with the fields that every object begins with in their usual order. Metadata of `stored` that it has are shared. */
export function ownCopy(
  resource: Resource,
  object: KubernetesObject,
  stored?: KubernetesObject,
): KubernetesObject {
  const { apiVersion: _, kind: __, metadata, ...rest } = object;
  return {
    apiVersion: apiVersionOf(resource.group, resource.custom?.writtenVersion ?? resource.version),
    kind: resource.kind,
    metadata: metadataCopy(metadata ?? {}, stored?.metadata),
    ...copyUnsettled(rest),
  };
}

/**
 * A copy whose fields may be set. Labels and the like that are the very ones of the stored object stay these (a controller has them from its
 * cache): validation knows them again.
 */
export function metadataCopy(given: ObjectMeta, stored: ObjectMeta | undefined): ObjectMeta {
  const copy: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(given)) {
    const isStored = value === stored?.[field as keyof ObjectMeta];
    setOwn(copy, field, isStored ? value : deepCopy(value));
  }
  return copy;
}

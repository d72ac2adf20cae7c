import { celValue } from '../../../apimachinery/cel/celValue.ts';
import { labelSelectorOf } from '../../../apimachinery/labels.ts';
import { apiVersionOf, type KubernetesObject, splitApiVersion } from '../../../apimachinery/object.ts';
import type { ParamKind, ParamRef } from '../../../generated/types.ts';
import type { Resource } from '../../../resources/resource.ts';
import type { Registry } from '../../registry/registry.ts';
import { scopePrefix, storageKey } from '../../registry/target.ts';

/** What stands for the parameters of a binding that needs none. */
const NO_PARAMS: readonly null[] = [null];

/** The kind of a policy's parameters. Throws what upstream says when it is not served. */
export function paramResource(registry: Registry, paramKind: ParamKind | undefined): Resource | undefined {
  if (!paramKind) return undefined;
  const { apiVersion = '', kind = '' } = paramKind;
  const { group, version } = splitApiVersion(apiVersion);
  const resource = registry.resourceOfKind({ group, version, kind });
  if (resource) return resource;
  throw new Error(`failed to find resource referenced by paramKind: '${group}/${version}, Kind=${kind}'`);
}

/** The parameters with which a binding puts its policy in force, as expressions see them. Throws what upstream says when there are none. */
export function collectParams(
  registry: Registry,
  resource: Resource | undefined,
  paramRef: ParamRef | undefined,
  requestNamespace: string | undefined,
): readonly unknown[] {
  if (!resource || !paramRef) return NO_PARAMS;
  const namespace = namespaceFor(resource, paramRef, requestNamespace);
  const found = findParams(registry, resource, paramRef, namespace);
  if (found.length === 0 && paramRef.parameterNotFoundAction === 'Deny') {
    throw new Error('no params found for policy binding with `Deny` parameterNotFoundAction');
  }
  return found.map((object) => paramValue(object, resource));
}

function namespaceFor(
  { namespaced }: Resource,
  { namespace }: ParamRef,
  requestNamespace: string | undefined,
): string | undefined {
  if (!namespaced) {
    if (!namespace) return undefined;
    throw new Error('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  }
  const where = namespace || requestNamespace;
  if (where) return where;
  throw new Error('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources');
}

function findParams(
  { parts: { store } }: Registry,
  resource: Resource,
  { name, selector }: ParamRef,
  namespace: string | undefined,
): readonly KubernetesObject[] {
  if (name) {
    const stored = store.get(storageKey(resource, namespace, name));
    return stored ? [stored.object] : [];
  }
  const { matches } = labelSelectorOf(selector);
  return store
    .list(scopePrefix({ resource, namespace }))
    .items.map(({ object }) => object)
    .filter(({ metadata }) => matches(metadata.labels));
}

/** A stored object does not change: it is made a value once. */
const values = new WeakMap<KubernetesObject, unknown>();

const paramValue = (object: KubernetesObject, { group, version, kind }: Resource): unknown =>
  values.getOrInsertComputed(object, () =>
    celValue({ ...object, apiVersion: apiVersionOf(group, version), kind }, undefined),
  );

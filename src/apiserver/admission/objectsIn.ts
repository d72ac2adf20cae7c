import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Registry } from '../registry/registry.ts';
import { scopePrefix } from '../registry/target.ts';

/** What there is of a kind in a namespace. Most namespaces have no limits and no quotas: their objects must not pay for a list. */
export function objectsIn<T extends KubernetesObject>(
  { parts: { store } }: Registry,
  resource: Resource<T>,
  namespace: string | undefined,
): readonly T[] {
  const prefix = scopePrefix({ resource, namespace });
  if (store.count(prefix) === 0) return [];
  return store.list(prefix).items.map(({ object }) => object as T);
}

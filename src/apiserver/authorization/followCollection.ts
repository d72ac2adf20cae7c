import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Store } from '../../store/store.ts';
import { collectionPrefix } from '../registry/target.ts';

/** Tells of all that a collection holds, then of each change as it is committed, until the store closes. */
export function follow<T extends KubernetesObject>(
  store: Store,
  type: ResourceType<T>,
  onObject: (key: string, object: T | undefined) => void,
): void {
  const prefix = collectionPrefix(type);
  const { items, revision } = store.list(prefix);
  for (const { key, object } of items) onObject(key, object as T);
  store.watch(prefix, revision, (events) => {
    for (const { key, stored } of events) onObject(key, stored?.object as T | undefined);
  });
}

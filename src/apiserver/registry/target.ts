import { objectKey } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Resource } from '../../resources/resource.ts';

/** A collection, or a namespace's part of it. */
export interface Scope {
  readonly resource: Resource;
  readonly namespace?: string | undefined;
}

/** One object that a request is about. */
export interface Target extends Scope {
  readonly name: string;
}

/** Where a collection lives in the store: `/apps/daemonsets/`. */
export const collectionPrefix = ({ group, plural }: Pick<ResourceType, 'group' | 'plural'>): string =>
  `/${group || 'core'}/${plural}/`;

/** As a `Scope`, of a kind of which only the names matter. */
interface CollectionPart {
  readonly resource: Pick<ResourceType, 'group' | 'plural' | 'namespaced'>;
  readonly namespace?: string | undefined;
}

/** Where a collection, or a namespace's part of it, lives. */
export const scopePrefix = ({ resource, namespace }: CollectionPart): string =>
  resource.namespaced && namespace
    ? `${collectionPrefix(resource)}${namespace}/`
    : collectionPrefix(resource);

/** Where an object lives: `/core/pods/default/web`. */
export const storageKey = (
  type: Pick<ResourceType, 'group' | 'plural' | 'namespaced'>,
  namespace: string | undefined,
  name: string,
): string => collectionPrefix(type) + objectKey(type.namespaced ? namespace : undefined, name);

export const keyOfTarget = ({ resource, namespace, name }: Target): string =>
  storageKey(resource, namespace, name);

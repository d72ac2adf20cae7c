import type { ObjectMeta } from '../generated/types.ts';

/** What every object of the API has. */
export interface KubernetesObject {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
}

/** `namespace/name`, or `name` for what has no namespace: how caches and work queues name an object. */
export type ObjectKey = string;

export const keyOf = (object: KubernetesObject): ObjectKey =>
  objectKey(object.metadata.namespace, nameOf(object));

export const objectKey = (namespace: string | undefined, name: string): ObjectKey =>
  namespace ? `${namespace}/${name}` : name;

/** Stored objects always have these; before they are stored they may not. */
export const nameOf = (object: KubernetesObject): string => object.metadata.name ?? '';
export const uidOf = (object: KubernetesObject): string => object.metadata.uid ?? '';
export const isBeingDeleted = (object: KubernetesObject): boolean =>
  object.metadata.deletionTimestamp !== undefined;

/** The owner that manages this object, if any (`metav1.GetControllerOf`). */
export const controllerOf = (object: KubernetesObject) =>
  object.metadata.ownerReferences?.find((owner) => owner.controller);

/** `apps/v1` or, in the core group, `v1`. */
export const apiVersionOf = (group: string, version: string): string =>
  group ? `${group}/${version}` : version;

export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** Freezes an object and all within it, so that many readers can share it. Throws a TypeError for one that contains itself. */
export function deepFreeze<T>(value: T): T {
  freeze(value, []);
  return value;
}

function freeze(value: unknown, ancestors: object[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Object.isFrozen(value)) {
    if (ancestors.includes(value)) throw new TypeError('Cannot keep an object that contains itself');
    return;
  }
  Object.freeze(value);
  ancestors.push(value);
  for (const key in value) freeze((value as Record<string, unknown>)[key], ancestors);
  ancestors.pop();
}

/** A copy that may be changed. Faster than `structuredClone` for plain JSON. */
export function deepCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(deepCopy) as T;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) setOwn(copy, key, deepCopy((value as Record<string, unknown>)[key]));
  return copy as T;
}

/** Sets a key that came from outside: `__proto__` (a legal ConfigMap key) must become data, not a prototype. */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

/** The object's own value of a key that came from outside: a label called `constructor` is not what all inherit. */
export const getOwn = <T>(object: { readonly [key: string]: T } | undefined, key: string): T | undefined =>
  object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;

/** Equality of plain JSON. A field that is undefined counts as absent. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => deepEqual(item, b[index]));
  }
  if (Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key in left) if (!deepEqual(left[key], getOwn(right, key))) return false;
  for (const key in right) if (right[key] !== undefined && getOwn(left, key) === undefined) return false;
  return true;
}

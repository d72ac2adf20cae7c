import type { KubernetesObject } from './object.ts';

/** A version of the API. The group is empty for the core. */
export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** Which collection of the API: enough to build its URL and to name it in errors. `T` is what it holds. */
export interface ResourceType<T extends KubernetesObject = KubernetesObject> extends GroupVersion {
  readonly kind: string;
  /** The name in URLs: `pods`. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Carries the type of the objects; never set. */
  readonly holds?: T;
}

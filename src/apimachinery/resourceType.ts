import type { KubernetesObject } from './object.ts';

/** Which collection of the API: enough to build its URL and to name it in errors. `T` is what it holds. */
export interface ResourceType<T extends KubernetesObject = KubernetesObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The name in URLs: `pods`. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Carries the type of the objects; never set. */
  readonly holds?: T;
}

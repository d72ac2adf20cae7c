import type { CustomKind } from '../../resources/resource.ts';

/** A resource as discovery and OpenAPI present it. */
export interface ServedResource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`. */
  readonly verbs: readonly string[];
  /** The full name of its structure, as in `io.k8s.api.apps.v1.DaemonSet`. */
  readonly definition: string;
  readonly subresources: readonly ServedSubresource[];
  /** What a custom kind brings along, in the place of a generated definition. */
  readonly custom?: Pick<CustomKind, 'definition' | 'schema' | 'listKind'>;
}

export interface ServedSubresource {
  /** `status`, `scale`, `log`, … */
  readonly name: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

/** `/apis/apps/v1` or, for the core group, `/api/v1`. */
export const groupVersionPath = (group: string, version: string): string =>
  group ? `/apis/${group}/${version}` : `/api/${version}`;

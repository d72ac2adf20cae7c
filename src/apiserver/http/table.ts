import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Column, Resource } from '../../resources/resource.ts';

/** What each row of a table carries besides its cells (`?includeObject=`). */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableOptions {
  readonly includeObject: IncludeObject;
  readonly now: EpochMs;
  /** A watch names the columns only once. */
  readonly withoutColumns?: boolean;
  /** The version that the client speaks, of an included object. */
  readonly show: (object: KubernetesObject) => KubernetesObject;
}

export interface ListMeta {
  readonly resourceVersion?: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** Objects as `kubectl get` prints them (`meta.k8s.io/v1 Table`). */
export const tableOf = (
  resource: Resource,
  objects: readonly KubernetesObject[],
  metadata: ListMeta,
  options: TableOptions,
) => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
  columnDefinitions: options.withoutColumns ? null : definitionsOf(resource),
  rows: objects.map((object) => ({
    cells: resource.columns.map((column) => column.cell(object, options.now)),
    ...included(object, options),
  })),
});

const definitions = new WeakMap<Resource, readonly object[]>();

function definitionsOf(resource: Resource): readonly object[] {
  let known = definitions.get(resource);
  if (!known) {
    known = resource.columns.map(definitionOf);
    definitions.set(resource, known);
  }
  return known;
}

const definitionOf = ({ name, type, format, description, priority = 0 }: Column<KubernetesObject>) => ({
  name,
  type,
  format: format ?? '',
  description,
  priority,
});

function included(object: KubernetesObject, { includeObject, show }: TableOptions): { object?: object } {
  switch (includeObject) {
    case 'None':
      return {};
    case 'Object':
      return { object: show(object) };
    case 'Metadata':
      return { object: partialMetadata(object) };
  }
}

/** An object without anything but its metadata. */
export const partialMetadata = ({ metadata }: KubernetesObject) => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
});

/** Reads `?includeObject=`. Undefined when it is none of the three. */
export function includeObjectOf(text: string | null): IncludeObject | undefined {
  if (!text) return 'Metadata';
  return text === 'None' || text === 'Metadata' || text === 'Object' ? text : undefined;
}

/** One field of a definition, or the items of a list or map. */
export interface FieldSchema {
  readonly type:
    | 'string'
    | 'integer'
    | 'number'
    | 'boolean'
    | 'object'
    | 'array'
    | 'map'
    | 'any'
    | 'intOrString'
    | 'quantity';
  /** `int32`, `int64`, `double`, `date-time`, `micro-time`, `duration` or `byte`. */
  readonly format?: string;
  /** What an `object` is. */
  readonly ref?: Definition;
  /** What an `array` or a `map` holds. */
  readonly items?: FieldSchema;
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
  readonly patchMergeKey?: string;
  /** `merge`, `replace`, `retainKeys` or a comma-separated combination, as upstream's tag has it. */
  readonly patchStrategy?: string;
}

/** A structure of the API, named as upstream's swagger names it: `io.k8s.api.apps.v1.DaemonSet`. */
export interface Definition {
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldSchema>;
  readonly required: ReadonlySet<string>;
}

/** The structure of a served kind, or undefined when this version of the API has no such kind. */
export function definitionOf(_group: string, _version: string, _kind: string): Definition | undefined {
  return undefined;
}

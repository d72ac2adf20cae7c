/** The form of `src/generated/schema.json`, which scripts/generate writes and schema.ts reads. */
export interface SchemaFile {
  /** By full name, `io.k8s.api.apps.v1.DaemonSet`. */
  readonly definitions: Record<string, StoredDefinition>;
  /** `apps/v1/DaemonSet` (core: `/v1/Pod`) → the definition's full name. */
  readonly kinds: Record<string, string>;
}

export interface StoredDefinition {
  readonly fields: Readonly<Record<string, StoredField>>;
  readonly required?: readonly string[];
  /** `atomic` when server-side apply owns it as one. */
  readonly mapType?: 'atomic' | 'granular';
}

/** A field as it is stored: like `FieldSchema`, but it names its definition. */
export interface StoredField {
  readonly type: FieldType;
  readonly format?: string;
  readonly ref?: string;
  readonly items?: StoredField;
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
  readonly patchMergeKey?: string;
  readonly patchStrategy?: string;
  readonly goType?: string;
  readonly omitZero?: true;
  readonly default?: unknown;
  readonly enum?: readonly string[];
}

export type FieldType =
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

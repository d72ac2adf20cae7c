import { readFileSync } from 'node:fs';
import { generatedFile } from '../../packaging/packageFiles.ts';
import type { FieldType, SchemaFile, StoredField } from './schemaFile.ts';

/** One field of a definition, or the items of a list or map. */
export interface FieldSchema {
  readonly type: FieldType;
  /** `int32`, `int64`, `double`, `date-time`, `micro-time` or `byte`. */
  readonly format?: string;
  /** What an `object` is. */
  readonly ref?: Definition;
  /** What an `array` or a `map` holds. */
  readonly items?: FieldSchema;
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  /** `atomic` on a map, and on an object whose definition is atomic. */
  readonly mapType?: 'atomic' | 'granular';
  readonly patchMergeKey?: string;
  /** `merge`, `replace`, `retainKeys` or several, separated by commas, as upstream's tag has it. */
  readonly patchStrategy?: string;
  /** The Go type, where it does not follow from the rest: error messages name it. */
  readonly goType?: string;
  /** The zero of this field counts as absent. */
  readonly omitZero?: true;
  /** The default that the schema declares; what a kind really defaults to is its module's business. */
  readonly default?: unknown;
  readonly enum?: readonly string[];
  /** Of a value that no schema speaks of: what it is follows from itself. */
  readonly isDeduced?: true;
}

/** What reading a value as a kind came to. */
export interface ReadObject {
  /** Not to be used when there is a problem. */
  readonly object: unknown;
  readonly problem: string | undefined;
  /** Paths, as in `spec.foo`. */
  readonly unknownFields: Iterable<string>;
}

/** A structure of the API, named as upstream's swagger names it: `io.k8s.api.apps.v1.DaemonSet`. */
export interface Definition {
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldSchema>;
  readonly required: ReadonlySet<string>;
  /** `atomic` when server-side apply owns it as one. */
  readonly mapType?: 'atomic' | 'granular';
  /** What fields are that it does not name; unless given there are none. */
  readonly others?: FieldSchema;
  /** How a kind that is not built in reads what a client sends; its `fields` are for server-side apply. */
  readonly read?: (value: unknown) => ReadObject;
  /** The status is a field like any other: no endpoint of its own writes it. */
  readonly hasPlainStatus?: boolean;
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The structure of a served kind, or undefined when this version of the API has no such kind. */
export function definitionOf(group: string, version: string, kind: string): Definition | undefined {
  const { kinds } = schemaFile();
  const key = `${group}/${version}/${kind}`;
  return Object.hasOwn(kinds, key) ? definitionNamed(kinds[key]!) : undefined;
}

/** The structure of that full name (`io.k8s.api.core.v1.PodSpec`), or undefined. */
export function definitionNamed(name: string): Definition | undefined {
  return linked.get(name) ?? (Object.hasOwn(schemaFile().definitions, name) ? link(name) : undefined);
}

/** The kinds that a definition is; several for what every group has, such as `DeleteOptions`. */
export function kindsOf(definition: string): readonly GroupVersionKind[] {
  kindsByDefinition ??= readKinds();
  return kindsByDefinition.get(definition) ?? [];
}

/** `DaemonSet` of `io.k8s.api.apps.v1.DaemonSet`. */
export const shortName = (definition: Definition): string =>
  definition.name.slice(definition.name.lastIndexOf('.') + 1);

/** Reads a file that the build step writes: a part of the program, not an import because that would be read at start. */
export const readGenerated = (file: string): unknown => JSON.parse(readFileSync(generatedFile(file), 'utf8'));

let loaded: SchemaFile | undefined;
let kindsByDefinition: Map<string, GroupVersionKind[]> | undefined;
const linked = new Map<string, Definition>();

/** Read on first use, so that a command that needs no schema does not wait for it. */
function schemaFile(): SchemaFile {
  loaded ??= readGenerated('schema.json') as SchemaFile;
  return loaded;
}

/** Definitions refer to each other in circles, so each is known before its fields are linked. */
function link(name: string): Definition {
  const { fields: stored, required, mapType } = schemaFile().definitions[name]!;
  const fields = new Map<string, FieldSchema>();
  const definition = { name, fields, required: new Set(required), ...(mapType && { mapType }) };
  linked.set(name, definition);
  for (const [field, schema] of Object.entries(stored)) fields.set(field, linkField(schema));
  return definition;
}

function linkField({ ref, items, ...rest }: StoredField): FieldSchema {
  const definition = ref === undefined ? undefined : definitionNamed(ref);
  return {
    ...(definition?.mapType && { mapType: definition.mapType }),
    ...rest,
    ...(definition && { ref: definition }),
    ...(items && { items: linkField(items) }),
  };
}

function readKinds() {
  const kinds = new Map<string, GroupVersionKind[]>();
  for (const [key, definition] of Object.entries(schemaFile().kinds)) {
    const [group = '', version = '', kind = ''] = key.split('/');
    kinds.set(definition, [...(kinds.get(definition) ?? []), { group, version, kind }]);
  }
  return kinds;
}

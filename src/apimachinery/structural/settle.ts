import { deepCopy, setOwn } from '../object.ts';
import { isJsonObject, type JsonObject } from '../patch/jsonValue.ts';
import { isEmbedded, isPreserving, type StructuralSchema, schemaOfOthers } from './structuralSchema.ts';

/** An object in the form in which it is kept. */
export interface Settled {
  /** Shares everything that did not change with what was given. */
  readonly value: unknown;
  /** Paths of fields that the schema does not know, as in `spec.list[0].foo`, each once. */
  readonly unknownFields: readonly string[];
}

/** Fields that every object has, and every one embedded in another: no schema need name them. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * What becomes of a custom resource before it is kept: fields that its schema does not know go (pruning), as do nulls
 * where none may be, and what is missing gets its default. `root` is the object itself.
 */
export function settle(root: unknown, schema: StructuralSchema): Settled {
  const unknownFields: string[] = [];
  const pruned = prune(root, schema, { path: '', isObject: true, unknownFields });
  return { value: withDefaults(withoutNulls(pruned, schema), schema), unknownFields };
}

interface Place {
  readonly path: string;
  /** Whether it is an object of the API, with a kind and metadata of its own. */
  readonly isObject: boolean;
  readonly unknownFields: string[];
}

/** Without what the schema does not know. Below what preserves unknown fields, only what it knows is looked into. */
function prune(value: unknown, schema: StructuralSchema | undefined, place: Place): unknown {
  const below = (step: string, child: StructuralSchema | undefined): Place => ({
    ...place,
    path: step.startsWith('[') || !place.path ? place.path + step : `${place.path}.${step}`,
    isObject: isEmbedded(child),
  });
  if (Array.isArray(value)) {
    if (!schema?.items && isPreserving(schema)) return value;
    return mapped(value, (item, index) => prune(item, schema?.items, below(`[${index}]`, schema?.items)));
  }
  if (!isJsonObject(value)) return value;
  return mappedFields(value, (field, name) => {
    if (place.isObject && OWN_FIELDS.has(name)) return field;
    const child = childOf(schema, name);
    if (child !== undefined) return prune(field, child, below(name, child));
    if (isPreserving(schema) || schema?.additionalProperties === true) return field;
    place.unknownFields.push(below(name, undefined).path);
    return undefined;
  });
}

function childOf(schema: StructuralSchema | undefined, name: string): StructuralSchema | undefined {
  if (!schema) return undefined;
  if (schema.properties && Object.hasOwn(schema.properties, name)) return schema.properties[name];
  return schemaOfOthers(schema);
}

/** A null says that there is nothing, unless the schema allows it or a default takes its place. */
function withoutNulls(value: unknown, schema: StructuralSchema | undefined): unknown {
  if (!schema) return value;
  if (Array.isArray(value)) return mapped(value, (item) => withoutNulls(item, schema.items));
  if (!isJsonObject(value)) return value;
  return mappedFields(value, (field, name) => {
    const child = childOf(schema, name);
    return field === null && child && !child.nullable ? undefined : withoutNulls(field, child);
  });
}

/** With the defaults of everything that is missing; what has come by default is looked into in its turn. */
export function withDefaults(value: unknown, schema: StructuralSchema | undefined): unknown {
  if (!schema) return value;
  if (Array.isArray(value)) {
    return mapped(value, (item) => withDefaults(orDefault(item, schema.items), schema.items));
  }
  if (!isJsonObject(value)) return value;
  const known = mappedFields(value, (field, name) => {
    const child = childOf(schema, name);
    return withDefaults(orDefault(field, child), child);
  }) as JsonObject;
  let completed = known;
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    if (child.default === undefined || child.default === null || Object.hasOwn(known, name)) continue;
    if (completed === known) completed = { ...known };
    setOwn(completed, name, withDefaults(deepCopy(child.default), child));
  }
  return completed;
}

const orDefault = (value: unknown, schema: StructuralSchema | undefined): unknown =>
  value === null && schema && !schema.nullable && schema.default !== undefined
    ? deepCopy(schema.default)
    : value;

function mapped(
  list: readonly unknown[],
  change: (item: unknown, index: number) => unknown,
): readonly unknown[] {
  const next = list.map(change);
  return next.every((item, index) => item === list[index]) ? list : next;
}

/** A field for which `change` gives undefined is left out. */
function mappedFields(value: JsonObject, change: (field: unknown, name: string) => unknown): JsonObject {
  let copy: JsonObject | undefined;
  for (const name of Object.keys(value)) {
    const after = change(value[name], name);
    if (after === value[name]) continue;
    copy ??= { ...value };
    if (after === undefined) delete copy[name];
    else setOwn(copy, name, after);
  }
  return copy ?? value;
}

import { setOwn } from '../object.ts';
import type { JsonObject } from '../patch/jsonValue.ts';
import { isJsonObject } from '../patch/jsonValue.ts';
import type { Definition, FieldSchema } from '../schema/schema.ts';
import { type FieldSet, isEmptySet, isMember } from './fieldSet.ts';
import { fieldName, itemElement } from './pathElement.ts';
import { childSchema, type Shape, schemaOf, shapeOf } from './shape.ts';

/**
 * Takes away what a manager applied the last time (`last`) and nobody manages any more (`managed`, its new set
 * included). A structure of which nothing is managed goes with all its defaults.
 */
export const pruneUnmanaged = (
  object: JsonObject,
  last: FieldSet,
  managed: FieldSet,
  definition: Definition,
): JsonObject =>
  isEmptySet(last) ? object : ((prune(object, schemaOf(definition), last, managed) ?? {}) as JsonObject);

function prune(value: unknown, schema: FieldSchema | undefined, last: FieldSet, managed: FieldSet): unknown {
  const shape = shapeOf(schema, value);
  if (shape === 'leaf') return value;
  if (shape === 'list') return Array.isArray(value) ? pruneList(value, schema!, last, managed) : value;
  return isJsonObject(value) ? pruneMap(value, schema!, last, managed) : value;
}

function pruneMap(value: JsonObject, schema: FieldSchema, last: FieldSet, managed: FieldSet) {
  const shape = shapeOf(schema, value);
  let pruned = value;
  for (const element of Object.keys(last)) {
    const name = fieldName(element);
    if (!element.startsWith('f:') || !Object.hasOwn(value, name)) continue;
    const child = pruneChild(value[name], shape, childSchema(schema, name), last[element]!, managed[element]);
    if (child === value[name]) continue;
    if (pruned === value) pruned = { ...value };
    if (child === undefined) delete pruned[name];
    else setOwn(pruned, name, child);
  }
  return Object.keys(pruned).length === 0 && pruned !== value ? undefined : pruned;
}

function pruneList(value: unknown[], schema: FieldSchema, last: FieldSet, managed: FieldSet) {
  const pruned = value.flatMap((item) => {
    const element = itemElement(item, schema);
    const lastItem = element && last[element];
    if (!lastItem) return [item];
    const child = pruneChild(item, 'list', schema.items, lastItem, managed[element]);
    return child === undefined ? [] : [child];
  });
  if (pruned.length === value.length && pruned.every((item, index) => item === value[index])) return value;
  return pruned.length === 0 ? undefined : pruned;
}

function pruneChild(
  value: unknown,
  parent: Shape,
  schema: FieldSchema | undefined,
  last: FieldSet,
  managed: FieldSet | undefined,
): unknown {
  // A struct's field counts as owned by whoever owns anything below it.
  const owns = (node: FieldSet) => parent === 'struct' || isMember(node);
  const isManaged = managed !== undefined && owns(managed);
  if (owns(last) && !isManaged) return undefined;
  return prune(value, schema, last, managed ?? {});
}

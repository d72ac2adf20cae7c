import { duplicate, type FieldError } from '../fieldErrors.ts';
import { deepEqual } from '../object.ts';
import { isJsonObject } from '../patch/jsonValue.ts';
import { keysOf } from './oldValues.ts';
import { type StructuralSchema, schemaOfOthers } from './structuralSchema.ts';

/** Items of sets, and of lists with keys, that are there twice. */
export function validateLists(
  value: unknown,
  schema: StructuralSchema | undefined,
  path = '',
  old?: unknown,
): FieldError[] {
  if (!schema || (old !== undefined && deepEqual(value, old))) return [];
  if (Array.isArray(value)) {
    return [
      ...duplicates(value, schema, path),
      ...value.flatMap((item, index) => validateLists(item, schema.items, `${path}[${index}]`)),
    ];
  }
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const child = schema.properties?.[name] ?? schemaOfOthers(schema);
    const before = isJsonObject(old) ? old[name] : undefined;
    return validateLists(field, child, path ? `${path}.${name}` : name, before);
  });
}

function duplicates(items: readonly unknown[], schema: StructuralSchema, path: string): FieldError[] {
  const listType = schema['x-kubernetes-list-type'];
  if (listType !== 'set' && listType !== 'map') return [];
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const identity = listType === 'map' && isJsonObject(item) ? keysOf(item, schema) : item;
    const text = JSON.stringify(identity);
    if (seen.has(text)) return [duplicate(`${path}[${index}]`, identity)];
    seen.add(text);
    return [];
  });
}

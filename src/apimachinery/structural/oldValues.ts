import { deepEqual } from '../object.ts';
import { isJsonObject, type JsonObject } from '../patch/jsonValue.ts';
import type { StructuralSchema } from './structuralSchema.ts';

/** What identifies an item of a list with keys, its defaults counted in. */
export const keysOf = (item: JsonObject, schema: StructuralSchema): JsonObject =>
  Object.fromEntries(
    (schema['x-kubernetes-list-map-keys'] ?? []).map((key) => [
      key,
      item[key] ?? schema.items?.properties?.[key]?.default,
    ]),
  );

/** The item of a list with keys as it was before; undefined where that cannot be told. */
export function oldItemFor(item: unknown, old: unknown, schema: StructuralSchema): unknown {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old) || !isJsonObject(item))
    return undefined;
  const keys = keysOf(item, schema);
  return old.find((each) => isJsonObject(each) && deepEqual(keysOf(each, schema), keys));
}

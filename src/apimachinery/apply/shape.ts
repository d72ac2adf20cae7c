import { isJsonObject } from '../patch/jsonValue.ts';
import type { Definition, FieldSchema } from '../schema/schema.ts';

/**
 * How a value is owned: a `struct` or `map` field by field, a `list` item by item, a `leaf` as a whole.
 * A map's keys are paths of their own; a struct's fields are so only where nothing is below them.
 */
export type Shape = 'struct' | 'map' | 'list' | 'leaf';

/** The schema of a whole object, which is there, empty, even before it is created. */
export const schemaOf = (definition: Definition): FieldSchema => ({
  type: 'object',
  ref: definition,
  default: {},
});

export function shapeOf(schema: FieldSchema | undefined, value: unknown): Shape {
  if (schema?.isDeduced) return isJsonObject(value) ? 'map' : 'leaf';
  switch (schema?.type) {
    case 'object':
      return schema.ref && schema.mapType !== 'atomic' ? 'struct' : 'leaf';
    case 'map':
      return schema.mapType === 'atomic' ? 'leaf' : 'map';
    case 'array':
      return schema.listType === 'map' || schema.listType === 'set' ? 'list' : 'leaf';
    default:
      return 'leaf';
  }
}

/** The shape that the schema gives, or `leaf` when one of the values, both of which may be absent, is not of it. */
export function commonShape(schema: FieldSchema | undefined, a: unknown, b: unknown): Shape {
  const shape = shapeOf(schema, isAbsent(a) ? b : a);
  if (shape === 'leaf') return shape;
  const fits = shape === 'list' ? Array.isArray : isJsonObject;
  return (isAbsent(a) || fits(a)) && (isAbsent(b) || fits(b)) ? shape : 'leaf';
}

/** The schema of a field or a map's value; undefined for a field that does not exist. */
export function childSchema(schema: FieldSchema, name: string): FieldSchema | undefined {
  if (schema.isDeduced) return schema;
  return schema.type === 'map' ? schema.items : (schema.ref?.fields.get(name) ?? schema.ref?.others);
}

/** Null is how a client says that there is nothing. */
export const isAbsent = (value: unknown): value is undefined | null => value === undefined || value === null;

import { isJsonObject } from '../patch/jsonValue.ts';
import type { Definition, FieldSchema } from '../schema/schema.ts';
import { childSchema, schemaOf } from './shape.ts';

/** The paths in a configuration at which something stands that can be changed only as a whole: `.spec.template.spec.args`. */
export const atomicsIn = (configuration: unknown, definition: Definition): string[] => [
  ...atomicsBelow(configuration, schemaOf(definition), ''),
];

function* atomicsBelow(value: unknown, schema: FieldSchema | undefined, path: string): Generator<string> {
  if (!schema || schema.isDeduced) return;
  if (isJsonObject(value)) {
    if ((schema.type === 'map' || schema.type === 'object') && schema.mapType === 'atomic') yield path;
    for (const [name, field] of Object.entries(value)) {
      yield* atomicsBelow(field, childSchema(schema, name), `${path}.${name}`);
    }
  } else if (Array.isArray(value) && schema.type === 'array') {
    if (schema.listType !== 'map' && schema.listType !== 'set') yield path;
    for (const [index, item] of value.entries()) yield* atomicsBelow(item, schema.items, `${path}[${index}]`);
  }
}

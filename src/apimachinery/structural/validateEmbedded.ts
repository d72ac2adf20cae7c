import { type FieldError, invalidValue, required } from '../fieldErrors.ts';
import { isJsonObject } from '../patch/jsonValue.ts';
import { isEmbedded, type StructuralSchema, schemaOfOthers } from './structuralSchema.ts';

/** What is wrong with objects within the object: each must say what it is. */
export function validateEmbedded(
  value: unknown,
  schema: StructuralSchema | undefined,
  path = '',
): FieldError[] {
  if (!schema) return [];
  if (Array.isArray(value))
    return value.flatMap((item, index) => validateEmbedded(item, schema.items, `${path}[${index}]`));
  if (!isJsonObject(value)) return [];
  const own = isEmbedded(schema)
    ? ['apiVersion', 'kind'].flatMap((name) => typeMetaErrors(value[name], `${path}.${name}`))
    : [];
  const inner = Object.entries(value).flatMap(([name, field]) =>
    validateEmbedded(
      field,
      schema.properties?.[name] ?? schemaOfOthers(schema),
      path ? `${path}.${name}` : name,
    ),
  );
  return [...own, ...inner];
}

function typeMetaErrors(value: unknown, path: string): FieldError[] {
  if (value === undefined || value === '') return [required(path, 'must not be empty')];
  return typeof value === 'string' ? [] : [invalidValue(path, value, 'must be a string')];
}

import {
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '../../apimachinery/fieldErrors.ts';
import type { StructuralSchema } from '../../apimachinery/structural/structuralSchema.ts';

const SCALARS = ['boolean', 'integer', 'number', 'string'];

/** What is wrong with how a schema describes a list, or how lists and maps are merged. */
export function listErrors(field: string, schema: StructuralSchema): FieldError[] {
  const errors: FieldError[] = [];
  const mapType = schema['x-kubernetes-map-type'];
  if (schema.type === 'array' && !schema.items) errors.push(required(`${field}.items`, 'must be specified'));
  if (Array.isArray(schema.items))
    errors.push(forbiddenField(`${field}.items`, 'items must be a schema object and not an array'));
  if (mapType !== undefined && mapType !== 'atomic' && mapType !== 'granular')
    errors.push(notSupported(`${field}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
  return [...errors, ...listTypeErrors(field, schema)];
}

function listTypeErrors(field: string, schema: StructuralSchema): FieldError[] {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (listType === undefined)
    return keys.length > 0
      ? [
          required(
            `${field}.x-kubernetes-list-type`,
            'must be map if x-kubernetes-list-map-keys is non-empty',
          ),
        ]
      : [];
  const place = `${field}.x-kubernetes-list-type`;
  if (!['atomic', 'map', 'set'].includes(listType))
    return [notSupported(place, listType, ['atomic', 'map', 'set'])];
  if (schema.type !== 'array')
    return [
      invalidValue(
        `${field}.type`,
        schema.type ?? '',
        'must be array if x-kubernetes-list-type is specified',
      ),
    ];
  if (listType !== 'map') {
    return keys.length > 0
      ? [invalidValue(place, listType, 'must be map if x-kubernetes-list-map-keys is non-empty')]
      : [];
  }
  return keyErrors(field, schema, keys);
}

function keyErrors(field: string, { items }: StructuralSchema, keys: readonly string[]): FieldError[] {
  const place = `${field}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) return [required(place, 'must not be empty if x-kubernetes-list-type is map')];
  const properties = items?.properties ?? {};
  return keys.flatMap((key, index) => {
    const property = properties[key];
    if (!property)
      return [invalidValue(`${place}[${index}]`, key, 'entries must all be names of item properties')];
    const below = `${field}.items.properties[${key}]`;
    if (!SCALARS.includes(property.type ?? '') && !property['x-kubernetes-int-or-string'])
      return [
        invalidValue(
          `${below}.type`,
          property.type ?? '',
          "must be a scalar type if parent array's x-kubernetes-list-type is map",
        ),
      ];
    if (property.default !== undefined || items?.required?.includes(key)) return [];
    return [
      required(
        `${below}.default`,
        'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
      ),
    ];
  });
}

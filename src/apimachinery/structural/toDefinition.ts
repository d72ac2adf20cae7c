import { type Definition, definitionNamed, type FieldSchema } from '../schema/schema.ts';
import {
  isEmbedded,
  isIntOrString,
  isPreserving,
  type StructuralSchema,
  schemaOfOthers,
} from './structuralSchema.ts';

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Of values that no schema speaks of: maps are owned field by field, all else as a whole. */
const anything: FieldSchema = { type: 'any', isDeduced: true };

/** The structure of custom resources as server-side apply and the search for duplicate fields want to know it. */
export function toDefinition(name: string, schema: StructuralSchema): Definition {
  return structOf(name, schema, true);
}

function structOf(name: string, schema: StructuralSchema, isObject: boolean): Definition {
  const fields = new Map<string, FieldSchema>();
  for (const [field, child] of Object.entries(schema.properties ?? {}))
    fields.set(field, fieldOf(`${name}.${field}`, child));
  if (isObject) {
    fields.set('apiVersion', { type: 'string' });
    fields.set('kind', { type: 'string' });
    fields.set('metadata', { type: 'object', ref: definitionNamed(OBJECT_META)!, default: {} });
  }
  return {
    name,
    fields,
    required: new Set(schema.required ?? []),
    ...(isPreserving(schema) && { others: anything }),
  };
}

function fieldOf(name: string, schema: StructuralSchema): FieldSchema {
  if (isIntOrString(schema)) return withDefault({ type: 'intOrString' }, schema);
  switch (schema.type) {
    case 'object':
      return objectField(name, schema);
    case 'array':
      return listField(name, schema);
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
      return withDefault({ type: schema.type }, schema);
    default:
      return anything;
  }
}

/** Only keys of list items ask for a default, and keys are scalars. */
const withDefault = (field: FieldSchema, { default: value }: StructuralSchema): FieldSchema =>
  value === undefined ? field : { ...field, default: value };

function objectField(name: string, schema: StructuralSchema): FieldSchema {
  const mapType = schema['x-kubernetes-map-type'] as FieldSchema['mapType'];
  const others = schemaOfOthers(schema);
  if (others || schema.additionalProperties === true) {
    const items = others ? fieldOf(name, others) : anything;
    return { type: 'map', items, ...(mapType && { mapType }) };
  }
  const isBare = !schema.properties && !isEmbedded(schema);
  if (isBare && isPreserving(schema) && mapType !== 'atomic') return anything;
  const ref = structOf(name, schema, isEmbedded(schema));
  return { type: 'object', ref, ...(mapType && { mapType }) };
}

function listField(name: string, schema: StructuralSchema): FieldSchema {
  const keys = schema['x-kubernetes-list-map-keys'];
  const listType = schema['x-kubernetes-list-type'] as FieldSchema['listType'];
  return {
    type: 'array',
    items: schema.items ? fieldOf(name, schema.items) : anything,
    omitZero: true,
    ...(listType && { listType }),
    ...(keys && { listMapKeys: keys }),
  };
}

import {
  type Definition,
  definitionNamed,
  type FieldSchema,
  kindsOf,
} from '../../apimachinery/schema/schema.ts';
import { referredTo } from './customSchemas.ts';
import { type Dialect, reference } from './dialect.ts';
import { type Docs, readDocs } from './docs.ts';
import { type Json, referenceOf, wellKnownSchemas } from './wellKnownSchemas.ts';

/** The schemas of these definitions and of all that they lead to, by name; those of custom kinds are handed in. */
export function schemasOf(
  names: Iterable<string>,
  dialect: Dialect,
  custom: ReadonlyMap<string, Json>,
): Record<string, Json> {
  const docs = readDocs();
  const reached = new Set([...names, ...custom.keys(), ...(custom.size > 0 ? referredTo : [])]);
  const schemas: Record<string, Json> = {};
  for (const name of reached) {
    const definition = definitionNamed(name);
    schemas[name] = custom.has(name)
      ? custom.get(name)!
      : definition
        ? definitionSchema(definition, docs, dialect)
        : wellKnownSchemas[name]![dialect.version];
    for (const next of definition ? referencesOf(definition) : []) reached.add(next);
  }
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function referencesOf(definition: Definition): string[] {
  const found: string[] = [];
  for (let schema of definition.fields.values()) {
    while (schema.items) schema = schema.items;
    const name = referenceOf(schema);
    if (name) found.push(name);
  }
  return found;
}

function definitionSchema(definition: Definition, docs: Docs, dialect: Dialect): Json {
  const { description, fields } = docs[definition.name]!;
  const properties = [...definition.fields].map(([name, schema]) => [
    name,
    // client-node knows no description of a field that is a reference; that of its definition serves.
    propertySchema(schema, fields[name] || docs[schema.ref?.name ?? '']?.description || '', dialect),
  ]);
  const kinds = kindsOf(definition.name);
  return {
    ...(description && { description }),
    type: 'object',
    ...(definition.required.size > 0 && { required: [...definition.required] }),
    properties: Object.fromEntries(properties),
    ...(kinds.length > 0 && { 'x-kubernetes-group-version-kind': kinds }),
    ...(definition.mapType && { 'x-kubernetes-map-type': definition.mapType }),
  };
}

function propertySchema(schema: FieldSchema, text: string, dialect: Dialect): Json {
  const description = schema.enum ? withEnumValues(text, schema.enum) : text;
  return fieldSchema(schema, { ...(description && { description }), ...extensionsOf(schema) }, dialect);
}

function fieldSchema(schema: FieldSchema, beside: Json, dialect: Dialect): Json {
  const name = referenceOf(schema);
  const declared =
    dialect.version === 'v3' && schema.default !== undefined ? { default: schema.default } : {};
  const rest = { ...declared, ...beside };
  if (!name) return { ...valueSchema(schema, dialect), ...rest };
  const target = reference(name, dialect);
  return dialect.version === 'v2' || Object.keys(rest).length === 0
    ? { ...target, ...rest }
    : { allOf: [target], ...rest };
}

function valueSchema({ type, format, items, enum: values }: FieldSchema, dialect: Dialect): Json {
  if (type === 'array') return { type, items: fieldSchema(items!, {}, dialect) };
  if (type === 'map') return { type: 'object', additionalProperties: fieldSchema(items!, {}, dialect) };
  return { type, ...(format && { format }), ...(values && { enum: values }) };
}

/** As upstream, so that `explain` names them. */
const withEnumValues = (text: string, values: readonly string[]) =>
  `${text}\n\nPossible enum values:\n${values.map((value) => ` - \`${JSON.stringify(value)}\``).join('\n')}`;

function extensionsOf({
  ref,
  listType,
  listMapKeys,
  mapType,
  patchMergeKey,
  patchStrategy,
}: FieldSchema): Json {
  return {
    ...(listType && { 'x-kubernetes-list-type': listType }),
    ...(listMapKeys && { 'x-kubernetes-list-map-keys': listMapKeys }),
    ...(mapType && !ref?.mapType && { 'x-kubernetes-map-type': mapType }),
    ...(patchMergeKey && { 'x-kubernetes-patch-merge-key': patchMergeKey }),
    ...(patchStrategy && { 'x-kubernetes-patch-strategy': patchStrategy }),
  };
}

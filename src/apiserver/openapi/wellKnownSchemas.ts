import type { FieldSchema } from '../../apimachinery/schema/schema.ts';

export type Json = { [key: string]: unknown };

interface WellKnownSchema {
  readonly v2: Json;
  readonly v3: Json;
}

const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const APIEXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';
const RAW_EXTENSION = 'io.k8s.apimachinery.pkg.runtime.RawExtension';

/** The body of a PATCH: its form depends on the content type. */
export const PATCH = `${META}.Patch`;

/** One line of a watch. */
export const WATCH_EVENT = `${META}.WatchEvent`;

const same = (schema: Json): WellKnownSchema => ({ v2: schema, v3: schema });

/** Types that have a definition of their own in OpenAPI, but are plain values on the wire. */
export const wellKnownSchemas: Readonly<Record<string, WellKnownSchema>> = {
  [INT_OR_STRING]: {
    v2: { description: 'A whole number or a string.', type: 'string', format: 'int-or-string' },
    v3: {
      description: 'A whole number or a string.',
      oneOf: [{ type: 'integer' }, { type: 'string' }],
      format: 'int-or-string',
    },
  },
  [QUANTITY]: {
    v2: { description: 'An amount of a resource, as in 500m, 1.5 or 64Mi.', type: 'string' },
    v3: {
      description: 'An amount of a resource, as in 500m, 1.5 or 64Mi.',
      oneOf: [{ type: 'string' }, { type: 'number' }],
    },
  },
  [`${META}.Time`]: same({
    description: 'A time by RFC 3339, in seconds.',
    type: 'string',
    format: 'date-time',
  }),
  [`${META}.MicroTime`]: same({
    description: 'A time by RFC 3339, in microseconds.',
    type: 'string',
    format: 'date-time',
  }),
  [`${META}.FieldsV1`]: same({ description: 'A set of fields, as a trie in JSON.', type: 'object' }),
  [`${APIEXTENSIONS}.JSON`]: same({ description: 'Any value of JSON.' }),
  [`${APIEXTENSIONS}.JSONSchemaPropsOrArray`]: same({ description: 'A schema, or a list of schemas.' }),
  [`${APIEXTENSIONS}.JSONSchemaPropsOrBool`]: same({ description: 'A schema, true or false.' }),
  [`${APIEXTENSIONS}.JSONSchemaPropsOrStringArray`]: same({ description: 'A schema, or a list of strings.' }),
  [RAW_EXTENSION]: same({ description: 'An object of any kind.', type: 'object' }),
  [WATCH_EVENT]: same({
    description: 'What happened to an object, and how it is now.',
    type: 'object',
    required: ['type', 'object'],
    properties: {
      type: { description: 'ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.', type: 'string' },
      object: { description: 'The object, or the Status of an error.', type: 'object' },
    },
  }),
  [PATCH]: same({ description: 'A patch, in the form that the content type names.', type: 'object' }),
};

/** The definition that OpenAPI refers to for this field, if it is one. */
export function referenceOf(schema: FieldSchema): string | undefined {
  if (schema.type === 'object') return schema.ref?.name;
  if (schema.type === 'quantity') return QUANTITY;
  if (schema.type === 'intOrString') return INT_OR_STRING;
  if (schema.format === 'date-time') return `${META}.Time`;
  if (schema.format === 'micro-time') return `${META}.MicroTime`;
  if (schema.type !== 'any') return undefined;
  const { goType = '' } = schema;
  if (goType.startsWith('v1.JSON')) return goType.replace('v1', APIEXTENSIONS);
  return goType === 'v1.FieldsV1' ? `${META}.FieldsV1` : RAW_EXTENSION;
}

import {
  isEmbedded,
  isPreserving,
  type StructuralSchema,
} from '../../apimachinery/structural/structuralSchema.ts';
import { type Dialect, reference } from './dialect.ts';
import { readDocs } from './docs.ts';
import type { ServedResource } from './servedResource.ts';
import type { Json } from './wellKnownSchemas.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const OBJECT_META = `${META}.ObjectMeta`;
const LIST_META = `${META}.ListMeta`;

/** What schemas of custom kinds lead to. */
export const referredTo: readonly string[] = [OBJECT_META, LIST_META];

/** The schemas of the custom kinds among these, and of their lists, by name. */
export const customSchemas = (
  served: readonly ServedResource[],
  dialect: Dialect,
): ReadonlyMap<string, Json> =>
  new Map(
    served.flatMap((resource): [string, Json][] =>
      resource.custom
        ? [
            [resource.definition, objectSchema(resource, resource.custom.schema, dialect)],
            [`${resource.definition}List`, listSchema(resource, resource.custom.listKind, dialect)],
          ]
        : [],
    ),
  );

const kindExtension = ({ group, version }: ServedResource, kind: string): Json => ({
  'x-kubernetes-group-version-kind': [{ group, kind, version }],
});

function objectSchema(resource: ServedResource, schema: StructuralSchema, dialect: Dialect): Json {
  const named = kindExtension(resource, resource.kind);
  // kubectl would take the fields that are named for all that there may be.
  if (dialect.version === 'v2' && isPreserving(schema))
    return { ...described(schema), type: 'object', ...named };
  return { ...published(schema, dialect, true), ...named };
}

const described = ({ description }: StructuralSchema): Json => (description ? { description } : {});

const listSchema = (resource: ServedResource, listKind: string, dialect: Dialect): Json => ({
  description: `${listKind} is a list of ${resource.kind}`,
  type: 'object',
  required: ['items'],
  properties: {
    ...typeMeta(),
    items: {
      type: 'array',
      description: `List of ${resource.plural}.`,
      items: reference(resource.definition, dialect),
    },
    metadata: metadata(LIST_META, 'Standard list metadata.', dialect),
  },
  ...kindExtension(resource, listKind),
});

let typeMetaSchemas: Json | undefined;

/** Custom kinds say of these fields what all others do. */
function typeMeta(): Json {
  typeMetaSchemas ??= readTypeMeta();
  return typeMetaSchemas;
}

function readTypeMeta(): Json {
  const { apiVersion, kind } = readDocs()['io.k8s.api.core.v1.Pod']!.fields;
  return {
    apiVersion: { type: 'string', description: apiVersion },
    kind: { type: 'string', description: kind },
  };
}

const metadata = (name: string, description: string, dialect: Dialect): Json =>
  dialect.version === 'v2'
    ? { ...reference(name, dialect), description }
    : { allOf: [reference(name, dialect)], description };

/** Version 2 has no words for choices between schemas, nor for null, and kubectl takes it at its word. */
const NOT_IN_V2: ReadonlySet<string> = new Set([
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'nullable',
  'default',
  'x-kubernetes-validations',
]);
const WITH_SCHEMAS: ReadonlySet<string> = new Set(['properties', 'items', 'additionalProperties']);

function published(schema: StructuralSchema, dialect: Dialect, isObject: boolean): Json {
  const isV2 = dialect.version === 'v2';
  if (isV2 && schema.nullable) return described(schema);
  const isOpen = isV2 && isPreserving(schema);
  const { items, additionalProperties } = schema;
  // To kubectl an object of which nothing more is told is a map, which has no null, and a list has items.
  const isUntyped = isOpen || (isV2 && schema.type === 'array' && !items);
  const rest = Object.entries(schema).filter(
    ([name]) => !WITH_SCHEMAS.has(name) && !(isV2 && NOT_IN_V2.has(name)) && !(isUntyped && name === 'type'),
  );
  const inner = (child: StructuralSchema) => published(child, dialect, isEmbedded(child));
  const properties = isOpen ? {} : propertiesOf(schema, dialect, isObject, inner);
  return {
    ...Object.fromEntries(rest),
    ...(items && !isOpen && { items: inner(items) }),
    ...(additionalProperties &&
      !isOpen && {
        additionalProperties:
          additionalProperties === true ? (isV2 ? {} : true) : inner(additionalProperties),
      }),
    ...(Object.keys(properties).length > 0 && { properties }),
  };
}

function propertiesOf(
  { properties = {} }: StructuralSchema,
  dialect: Dialect,
  isObject: boolean,
  inner: (child: StructuralSchema) => Json,
): Json {
  const own = Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, inner(child)]));
  return isObject
    ? { ...own, ...typeMeta(), metadata: metadata(OBJECT_META, "Standard object's metadata.", dialect) }
    : own;
}

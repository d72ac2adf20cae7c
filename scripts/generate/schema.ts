import type { SchemaFile, StoredDefinition, StoredField } from '../../src/apimachinery/schema/schemaFile.ts';
import { enums } from './facts/enums.ts';
import { type FieldFacts, readFacts } from './facts/notation.ts';
import { allDefinitionNames, definitionName, factsOf } from './facts/packages.ts';
import {
  type KindsOfVersion,
  kindsOfEveryVersion,
  kindsOfVersions,
  type OlderVersion,
  olderVersions,
} from './kinds.ts';
import { hasModel, type Model, type ModelField, readModel } from './models.ts';

/** Descriptions, kept apart from the structure because only OpenAPI and `explain` read them. */
export type Docs = Record<string, { description: string; fields: Record<string, string> }>;

/** Builds the structure of everything that can be reached from the served kinds, and its descriptions. */
export function generateSchema(modelsFolder: string): { schema: SchemaFile; docs: Docs } {
  const schema: SchemaFile = { definitions: {}, kinds: {} };
  const docs: Docs = {};
  const waiting = kindsOfVersions.flatMap((version) => addKinds(schema, version, modelsFolder));
  for (const model of waiting) {
    const name = definitionName(model);
    if (schema.definitions[name]) continue;
    const read = readModel(modelsFolder, model);
    schema.definitions[name] = storedDefinition(name, read);
    docs[name] = storedDocs(read);
    waiting.push(...read.fields.flatMap(modelsIn));
  }
  checkAllReached(schema);
  for (const version of olderVersions) addOlderVersion(schema, docs, version);
  return { schema, docs };
}

/** A fact about what nobody can send or receive would only mislead. */
function checkAllReached({ definitions }: SchemaFile): void {
  const unreached = allDefinitionNames().filter((name) => !Object.hasOwn(definitions, name));
  if (unreached.length > 0)
    throw new Error(`Cannot use the facts of ${unreached}: no served kind leads there`);
}

/** Notes which definition each kind is. Returns the models to read. */
function addKinds(
  schema: SchemaFile,
  { group, version, kinds, prefixes = {} }: KindsOfVersion,
  folder: string,
) {
  const modelOf = (kind: string) => `${prefixes[kind] ?? 'V1'}${kind}`;
  const withLists = kinds
    .flatMap((kind) => [kind, `${kind}List`])
    .filter((kind) => hasModel(folder, modelOf(kind)));
  const models = new Map(
    [...new Set([...withLists, ...kindsOfEveryVersion])].map((kind) => [kind, modelOf(kind)]),
  );
  for (const [kind, model] of models) schema.kinds[`${group}/${version}/${kind}`] = definitionName(model);
  return [...models.values()];
}

function storedDefinition(name: string, { fields }: Model): StoredDefinition {
  const facts = factsOf(name);
  const unknown = Object.keys(facts).filter(
    (key) => key !== '.' && !fields.some((field) => field.name === key),
  );
  if (unknown.length > 0) throw new Error(`Cannot use the facts of ${name}: it has no field ${unknown}`);
  const required = fields.filter((field) => field.required).map((field) => field.name);
  return {
    fields: Object.fromEntries(
      fields.map((field) => [field.name, storedField(field, readFacts(facts[field.name]))]),
    ),
    ...(required.length > 0 && { required }),
    ...(facts['.'] && { mapType: readFacts(facts['.']).mapType }),
  };
}

const storedDocs = ({ description, fields }: Model) => ({
  description,
  fields: Object.fromEntries(fields.map((field) => [field.name, field.description])),
});

function storedField(field: ModelField, facts: FieldFacts): StoredField {
  const { listType, listMapKeys, mapType, patchMergeKey, patchStrategy, goType, pointer } = facts;
  const shape = fieldShape(field.type, field.format, goType);
  const omitted = field.required ? facts.omitempty : !facts.always;
  return {
    ...shape,
    ...{ listType, listMapKeys, mapType, patchMergeKey, patchStrategy },
    ...(omitted && !pointer && shape.type !== 'object' && { omitZero: true }),
    default: facts.default ?? zeroDefault(shape, field, facts),
  };
}

/** What the schema declares for a field that Go always writes: the zero of its type. */
function zeroDefault(shape: StoredField, { required }: ModelField, facts: FieldFacts) {
  if (facts.pointer) return undefined;
  if (shape.type === 'object') return required || facts.value ? {} : undefined;
  return (required && !facts.omitempty) || facts.always
    ? ZEROS[shape.format === 'byte' ? 'any' : shape.type]
    : undefined;
}

const ZEROS: Partial<Record<StoredField['type'], unknown>> = {
  string: '',
  integer: 0,
  number: 0,
  boolean: false,
};

function fieldShape(type: string, format: string, goType: string | undefined): StoredField {
  const list = /^Array<(.*)>$/.exec(type)?.[1];
  if (list) return { type: 'array', items: itemShape(list, format, elementOf(goType)), goType };
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (map) return { type: 'map', items: itemShape(map, format, elementOf(goType)), goType };
  return { ...scalarShape(type, format, goType), ...(goType && { goType, enum: enums[goType] }) };
}

function itemShape(type: string, format: string, goType: string | undefined): StoredField {
  const shape = fieldShape(type, format, goType);
  return { ...shape, default: shape.type === 'object' ? {} : ZEROS[shape.type] };
}

/** `v1.IPFamily` of `[]v1.IPFamily`. */
const elementOf = (goType: string | undefined) =>
  goType === 'v1.ResourceList' ? 'resource.Quantity' : /^(?:\[\]|map\[[\w.]+\])(.*)$/.exec(goType ?? '')?.[1];

function scalarShape(type: string, format: string, goType: string | undefined): StoredField {
  if (goType === 'resource.Quantity') return { type: 'quantity' };
  if (format === 'int-or-string' || type === 'IntOrString') return { type: 'intOrString' };
  switch (type) {
    case 'string':
      return format ? { type: 'string', format } : { type: 'string' };
    case 'Date':
      return { type: 'string', format: 'date-time' };
    case 'V1MicroTime':
      return { type: 'string', format: 'micro-time' };
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
      return format === 'double' ? { type: 'number', format } : { type: 'integer', format };
    case 'any':
      return { type: 'any' };
    default:
      return { type: 'object', ref: definitionName(type) };
  }
}

const modelsIn = ({ type }: ModelField) =>
  (
    type.match(
      /\b(?:AdmissionregistrationV1|ApiextensionsV1|AuthenticationV1|CoreV1|DiscoveryV1|EventsV1|RbacV1|V1)[A-Z]\w*/g,
    ) ?? []
  ).filter((model) => model !== 'V1MicroTime');

function addOlderVersion(schema: SchemaFile, docs: Docs, older: OlderVersion) {
  const renamed = (name: string) => name.replace(`${older.copiedFrom}.`, `${older.package}.`);
  const original = (name: string) => `${older.copiedFrom}.${name}`;
  const copied = new Set(older.definitions.map(original));
  const rename = (key: string, value: unknown) =>
    key === 'ref' && copied.has(value as string) ? renamed(value as string) : value;
  for (const name of copied) {
    schema.definitions[renamed(name)] = JSON.parse(JSON.stringify(schema.definitions[name], rename));
    docs[renamed(name)] = docs[name]!;
  }
  const prefix = `${older.group}/${older.version}`;
  for (const kind of older.kinds) schema.kinds[`${prefix}/${kind}`] = renamed(original(kind));
  for (const kind of kindsOfEveryVersion) schema.kinds[`${prefix}/${kind}`] = definitionName(`V1${kind}`);
}

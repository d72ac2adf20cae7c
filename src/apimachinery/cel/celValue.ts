import { isJsonObject } from '../patch/jsonValue.ts';
import {
  isEmbedded,
  isIntOrString,
  type StructuralSchema,
  schemaOfOthers,
} from '../structural/structuralSchema.ts';
import { celEnvironment } from './celEnvironment.ts';

/** Words of the language that are no names of fields. */
const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);
const ESCAPES: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/** The name by which a rule speaks of a property: `a__dash__b`. */
export const escapedName = (name: string): string =>
  RESERVED.has(name) ? `__${name}__` : name.replace(/__|[.\-/]/g, (part) => ESCAPES[part] ?? part);

/** A value as rules see it: by its schema, so that whole numbers are integers and times are times. */
export function celValue(value: unknown, schema: StructuralSchema | undefined, isObject = false): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number')
    return schema?.type !== 'number' && Number.isInteger(value) ? BigInt(value) : value;
  if (typeof value === 'string') return celText(value, schema);
  if (Array.isArray(value))
    return value.map((item) => celValue(item, schema?.items, isEmbedded(schema?.items)));
  if (!isJsonObject(value)) return value;
  const others = schema && schemaOfOthers(schema);
  const entries = Object.entries(value).flatMap(([name, field]): [string, unknown][] => {
    if (isObject && name === 'metadata') return [[name, namesOf(field)]];
    // To rules, a null says that there is nothing.
    if (field === null) return [];
    const child = schema?.properties?.[name];
    return [
      [child ? escapedName(name) : name, celValue(field, child ?? others, isEmbedded(child ?? others))],
    ];
  });
  return Object.fromEntries(entries);
}

/** Of the metadata, rules see nothing but the name. */
const namesOf = (metadata: unknown): object => {
  const { name, generateName } = (metadata ?? {}) as { name?: string; generateName?: string };
  return { ...(name && { name }), ...(generateName && { generateName }) };
};

function celText(text: string, schema: StructuralSchema | undefined): unknown {
  if (schema?.type !== 'string' || isIntOrString(schema)) return text;
  if (schema.format === 'date-time' || schema.format === 'date') return new Date(text);
  if (schema.format === 'duration') return celEnvironment().evaluate('duration(self)', { self: text });
  return schema.format === 'byte' ? new Uint8Array(Buffer.from(text, 'base64')) : text;
}

import { setOwn } from '../../../apimachinery/object.ts';
import { type Definition, definitionNamed, type FieldSchema } from '../../../apimachinery/schema/schema.ts';
import { fieldNumbersOf } from './fieldNumbers/fieldNumbers.ts';
import { readFields, WireError } from './wireReader.ts';

type Json = Record<string, unknown>;

/** As in JSON bodies: everything that walks an object by recursion relies on a bound. */
const MAX_DEPTH = 1000;

/**
 * Reads a message of the API and gives it the form that it has in JSON. What Go writes although it says nothing (empty texts, zeros)
 * is still there: the schema's decoder knows which of it to drop. Fields of newer releases are left out. Throws `WireError`.
 */
export function decodeMessage(bytes: Uint8Array, definition: Definition): Json {
  const object: Json = {};
  decodeInto(object, bytes, definition, definition.name, 0);
  return object;
}

function decodeInto(
  object: Json,
  bytes: Uint8Array,
  definition: Definition,
  message: string,
  depth: number,
): void {
  if (depth > MAX_DEPTH) throw new WireError('exceeded max depth');
  const names = fieldNumbersOf(message);
  for (const { number, value } of readFields(bytes)) {
    const name = names.get(number);
    if (name?.startsWith('...')) {
      const inlined = `${message.slice(0, message.lastIndexOf('.') + 1)}${name.slice(3)}`;
      decodeInto(object, bytesOf(value), definition, inlined, depth + 1);
      continue;
    }
    const schema = name === undefined ? undefined : definition.fields.get(name);
    if (schema) addField(object, name!, schema, value, depth);
  }
}

function addField(
  object: Json,
  name: string,
  schema: FieldSchema,
  value: bigint | Uint8Array,
  depth: number,
): void {
  switch (schema.type) {
    case 'array': {
      object[name] ??= [];
      (object[name] as unknown[]).push(decodeValue(schema.items!, value, depth + 1));
      break;
    }
    case 'map': {
      const [key, item] = decodeEntry(schema.items!, bytesOf(value), depth + 1);
      object[name] ??= {};
      setOwn(object[name] as Json, key, item);
      break;
    }
    default: {
      const decoded = decodeValue(schema, value, depth + 1);
      if (decoded !== undefined) object[name] = decoded;
    }
  }
}

function decodeValue(schema: FieldSchema, value: bigint | Uint8Array, depth: number): unknown {
  switch (schema.type) {
    case 'object': {
      const object: Json = {};
      decodeInto(object, bytesOf(value), schema.ref!, schema.ref!.name, depth);
      return object;
    }
    case 'string':
      return decodeString(schema.format, bytesOf(value));
    case 'integer':
      return Number(BigInt.asIntN(64, bigintOf(value)));
    case 'boolean':
      return bigintOf(value) !== 0n;
    case 'number':
      return new DataView(bytesOf(value).slice().buffer).getFloat64(0, true);
    case 'quantity':
      return textOf(firstField(bytesOf(value), 1));
    case 'intOrString':
      return decodeIntOrString(bytesOf(value));
    case 'any':
      return schema.goType?.startsWith('v1.JSONSchemaPropsOr')
        ? decodeSchemaOr(bytesOf(value), schema.goType, depth)
        : decodeAny(bytesOf(value), schema);
    // The list of values of a map's entry (`ExtraValue`) is a message with one field.
    case 'array':
      return [...readFields(bytesOf(value))].map((item) => decodeValue(schema.items!, item.value, depth + 1));
    case 'map':
      throw new WireError('a map within a map has no protobuf form');
  }
}

function decodeString(format: string | undefined, bytes: Uint8Array): string | undefined {
  switch (format) {
    case 'date-time':
      return decodeTime(bytes, 0);
    case 'micro-time':
      return decodeTime(bytes, 6);
    case 'byte':
      return Buffer.from(bytes).toString('base64');
    default:
      return textOf(bytes);
  }
}

/** Go's zero time is an empty message. */
function decodeTime(bytes: Uint8Array, fractionDigits: number): string | undefined {
  const seconds = firstField(bytes, 1);
  if (seconds === undefined) return undefined;
  const milliseconds = Number(BigInt.asIntN(64, bigintOf(seconds))) * 1000;
  const nanoseconds = Number(bigintOf(firstField(bytes, 2) ?? 0n));
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) throw new WireError('a time is out of range');
  const fraction = String(nanoseconds).padStart(9, '0').slice(0, fractionDigits);
  return `${date.toISOString().slice(0, 19)}${fraction && `.${fraction}`}Z`;
}

function decodeIntOrString(bytes: Uint8Array): number | string {
  const isString = bigintOf(firstField(bytes, 1) ?? 0n) === 1n;
  if (isString) return textOf(firstField(bytes, 3));
  return Number(BigInt.asIntN(32, bigintOf(firstField(bytes, 2) ?? 0n)));
}

const JSON_SCHEMA = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';

/** A schema, or a boolean in its place. Lists of schemas are valid nowhere. */
function decodeSchemaOr(bytes: Uint8Array, goType: string, depth: number): unknown {
  const isOrBool = goType === 'v1.JSONSchemaPropsOrBool';
  const schema = firstField(bytes, isOrBool ? 2 : 1);
  if (schema !== undefined)
    return decodeValue({ type: 'object', ref: definitionNamed(JSON_SCHEMA)! }, schema, depth);
  return isOrBool ? bigintOf(firstField(bytes, 1) ?? 0n) !== 0n : [];
}

/** `RawExtension`, `FieldsV1` and `JSON` carry JSON. An empty message is a structure of which nothing is set. */
function decodeAny(bytes: Uint8Array, { goType }: FieldSchema): unknown {
  const text = textOf(firstField(bytes, 1));
  if (text === '') return goType === 'v1.CustomResourceSubresourceStatus' ? {} : undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new WireError('a raw value is not JSON');
  }
}

function decodeEntry(items: FieldSchema, bytes: Uint8Array, depth: number): [string, unknown] {
  const value = firstField(bytes, 2) ?? new Uint8Array();
  return [textOf(firstField(bytes, 1)), decodeValue(items, value, depth)];
}

function firstField(bytes: Uint8Array, number: number): bigint | Uint8Array | undefined {
  for (const field of readFields(bytes)) if (field.number === number) return field.value;
  return undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function textOf(value: bigint | Uint8Array | undefined): string {
  if (value === undefined) return '';
  try {
    return utf8.decode(bytesOf(value));
  } catch {
    throw new WireError('a text is not UTF-8');
  }
}

function bytesOf(value: bigint | Uint8Array): Uint8Array {
  if (typeof value !== 'bigint') return value;
  throw new WireError('proto: wrong wireType');
}

function bigintOf(value: bigint | Uint8Array): bigint {
  if (typeof value === 'bigint') return value;
  throw new WireError('proto: wrong wireType');
}

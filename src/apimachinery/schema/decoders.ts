import { setOwn } from '../object.ts';
import { DecodeTrail, jsonKind } from './decodeTrail.ts';
import { goTypeOf, goTypeOfDefinition } from './goType.ts';
import { scalarDecoder } from './scalarDecoders.ts';
import { type Definition, definitionNamed, type FieldSchema, shortName } from './schema.ts';
import { zeroObject, zerosOf } from './zeros.ts';

/**
 * Reads one value of its type. The value itself comes back where nothing had to change, so a clean object is
 * never copied and a frozen one can be read; undefined means absent. A structure comes back with the zeros that Go
 * writes for fields that are not there, so what reads it need not ask for them.
 */
export type Decoder = (value: unknown, trail: DecodeTrail) => unknown;

const decoders = new WeakMap<Definition, Decoder>();

/** The decoder of a definition, made once. */
export function decoderOf(definition: Definition): Decoder {
  const known = decoders.get(definition);
  if (known) return known;
  const decoder = structDecoder(definition);
  decoders.set(definition, decoder);
  return decoder;
}

function decoderOfField(schema: FieldSchema): Decoder {
  switch (schema.type) {
    case 'object':
      return decoderOf(schema.ref!);
    case 'array':
      return listDecoder(schema);
    case 'map':
      return mapDecoder(schema);
    case 'any':
      return schema.goType?.startsWith('v1.JSONSchemaPropsOr')
        ? decodeSchemaOr(schema.goType)
        : scalarDecoder(schema);
    default:
      return scalarDecoder(schema);
  }
}

const JSON_SCHEMA = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';

/** A schema, or what may stand in its place: a boolean, a list. As upstream, unknown fields in it are not told, but dropped. */
const decodeSchemaOr =
  (goType: string): Decoder =>
  (value, trail) => {
    if (goType === 'v1.JSONSchemaPropsOrBool' ? typeof value === 'boolean' : Array.isArray(value))
      return value;
    if (!isPlainObject(value))
      return trail.failAtOnce(
        `json: cannot unmarshal ${jsonKind(value)} into Go value of type v1.JSONSchemaProps`,
      );
    const inner = new DecodeTrail();
    const schema = decoderOf(definitionNamed(JSON_SCHEMA)!)(value, inner);
    return inner.problem === undefined ? schema : trail.failAtOnce(inner.problem);
  };

interface FieldDecoder {
  readonly decode: Decoder;
  readonly omitZero: boolean;
}

function structDecoder(definition: Definition): Decoder {
  const owner = shortName(definition);
  const goType = goTypeOfDefinition(definition);
  // Definitions contain each other, so a field's decoder is made when the field is first met.
  const fields = new Map<string, FieldDecoder>();
  const fieldDecoder = (name: string) => fields.get(name) ?? addFieldDecoder(fields, definition, name);
  const zeros = zerosOf(definition);

  return (value, trail) => {
    if (!isPlainObject(value)) return trail.mismatch(jsonKind(value), goType);
    const outer = trail.owner;
    let copy: Record<string, unknown> | undefined;
    for (const name in value) {
      const field = fieldDecoder(name);
      const before = value[name];
      let after: unknown;
      if (field === undefined) trail.unknown(name);
      else if (before !== null && before !== undefined) {
        trail.owner = owner;
        trail.enter(name);
        after = field.decode(before, trail);
        trail.leave();
        if (field.omitZero && isZero(after)) after = undefined;
      }
      if (after === before) {
        if (copy) copy[name] = after;
        continue;
      }
      copy ??= fieldsBefore(value, name);
      if (after !== undefined) copy[name] = after;
    }
    trail.owner = outer;
    const read = copy ?? value;
    for (const { name, zero } of zeros) {
      if (read[name] !== undefined) continue;
      copy ??= { ...value };
      copy[name] = zero();
    }
    return copy ?? value;
  };
}

function addFieldDecoder(fields: Map<string, FieldDecoder>, definition: Definition, name: string) {
  const schema = definition.fields.get(name);
  if (schema === undefined) return undefined;
  const field = { decode: decoderOfField(schema), omitZero: schema.omitZero === true };
  fields.set(name, field);
  return field;
}

/** A copy of what came before the field that had to change. */
function fieldsBefore(value: Record<string, unknown>, end: string): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const name in value) {
    if (name === end) break;
    setOwn(copy, name, value[name]);
  }
  return copy;
}

function listDecoder(schema: FieldSchema): Decoder {
  const decode = decoderOfField(schema.items!);
  const absent = () => zeroItem(schema.items!);
  const goType = goTypeOf(schema);
  return (value, trail) => {
    if (!Array.isArray(value)) return trail.mismatch(jsonKind(value), goType);
    let copy: unknown[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const before: unknown = value[index];
      trail.enter(index);
      const after = before === null ? absent() : decode(before, trail);
      trail.leave();
      if (after !== before) copy ??= value.slice(0, index);
      copy?.push(after);
    }
    return copy ?? value;
  };
}

function mapDecoder(schema: FieldSchema): Decoder {
  const decode = decoderOfField(schema.items!);
  const absent = () => zeroItem(schema.items!);
  const goType = goTypeOf(schema);
  return (value, trail) => {
    if (!isPlainObject(value)) return trail.mismatch(jsonKind(value), goType);
    let copy: Record<string, unknown> | undefined;
    for (const key in value) {
      const before = value[key];
      const after = before === null ? absent() : decode(before, trail);
      if (after !== before) copy ??= fieldsBefore(value, key);
      if (copy) setOwn(copy, key, after);
    }
    return copy ?? value;
  };
}

/** What a null in a list or a map is read as: the zero of its type. */
function zeroItem({ type, ref }: FieldSchema): unknown {
  if (type === 'object') return zeroObject(ref!);
  if (type === 'array') return [];
  if (type === 'map') return {};
  if (type === 'integer' || type === 'number' || type === 'intOrString') return 0;
  return type === 'boolean' ? false : type === 'quantity' ? '0' : '';
}

function isZero(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === '' || value === 0 || value === false;
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

import { canonicalQuantity } from '../quantity.ts';
import type { Decoder } from './decoders.ts';
import { jsonKind } from './decodeTrail.ts';
import { canonicalTime, type GoTimeLayout, rfc3339, rfc3339Micro } from './goTime.ts';
import { goTypeOf } from './goType.ts';
import type { FieldSchema } from './schema.ts';

/** The decoder of everything that is neither a structure, a list nor a map. */
export function scalarDecoder(schema: FieldSchema): Decoder {
  switch (schema.type) {
    case 'string':
      return stringDecoder(schema);
    case 'boolean':
      return (value, trail) => (typeof value === 'boolean' ? value : trail.mismatch(jsonKind(value), 'bool'));
    case 'integer':
      return integerDecoder(goTypeOf(schema));
    case 'number':
      return decodeDouble;
    case 'intOrString':
      return decodeIntOrString;
    case 'quantity':
      return decodeQuantity;
    default:
      return decodeAnything;
  }
}

function stringDecoder(schema: FieldSchema): Decoder {
  if (schema.format === 'date-time') return timeDecoder(rfc3339);
  if (schema.format === 'micro-time') return timeDecoder(rfc3339Micro);
  if (schema.format === 'byte') return decodeBytes;
  const goType = goTypeOf(schema);
  return (value, trail) => (typeof value === 'string' ? value : trail.mismatch(jsonKind(value), goType));
}

const LIMITS: Readonly<Record<string, number>> = { int32: 2 ** 31, int64: 2 ** 63 };

function integerDecoder(goType: string): Decoder {
  const limit = LIMITS[goType] ?? 2 ** 63;
  return (value, trail) => {
    if (typeof value !== 'number') return trail.mismatch(jsonKind(value), goType);
    if (Number.isInteger(value) && value >= -limit && value < limit) return value;
    return trail.mismatch(`number ${value}`, goType);
  };
}

const decodeDouble: Decoder = (value, trail) => {
  if (typeof value !== 'number') return trail.mismatch(jsonKind(value), 'float64');
  return Number.isFinite(value) ? value : trail.mismatch(`number ${value}`, 'float64');
};

/** Read by the type itself upstream: a number must be an int32, anything else a string. */
const decodeIntOrString: Decoder = (value, trail) => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return trail.mismatchAtOnce(jsonKind(value), 'int32');
  const fits = Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
  return fits ? value : trail.mismatchAtOnce(`number ${value}`, 'int32');
};

const NOT_A_QUANTITY =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** Quantities come back in their canonical form, numbers too. */
const decodeQuantity: Decoder = (value, trail) => {
  if (typeof value !== 'string' && typeof value !== 'number') return trail.failAtOnce(NOT_A_QUANTITY);
  try {
    return canonicalQuantity(typeof value === 'string' ? value.trim() : value);
  } catch (error) {
    return trail.failAtOnce((error as Error).message);
  }
};

function timeDecoder(layout: GoTimeLayout): Decoder {
  return (value, trail) => {
    if (typeof value !== 'string') return trail.mismatchAtOnce(jsonKind(value), 'string');
    try {
      return canonicalTime(value, layout);
    } catch (error) {
      return trail.failAtOnce((error as Error).message);
    }
  };
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const LINE_BREAKS = /[\r\n]+/g;

/** Base64 with padding; line breaks in it are skipped, as Go skips them. */
const decodeBytes: Decoder = (value, trail) => {
  if (typeof value !== 'string') return trail.mismatch(jsonKind(value), '[]uint8');
  if (BASE64.test(value)) return value;
  const joined = value.replace(LINE_BREAKS, '');
  if (BASE64.test(joined)) return joined;
  return trail.fail(`illegal base64 data at input byte ${firstIllegalByte(value)}`);
};

/** Where Go stops reading: at the first character that is not of the alphabet, else at the end. */
function firstIllegalByte(text: string): number {
  const illegal = text.search(/[^A-Za-z0-9+/=\r\n]/);
  const padding = text.search(/=/);
  if (illegal >= 0 && (padding < 0 || illegal < padding)) return illegal;
  if (padding < 0) return text.length - (text.length % 4);
  return padding % 4 < 2 ? padding : Math.min(text.length, padding + (padding % 4 === 2 ? 2 : 1));
}

/** Kept as it is, but a number that JSON cannot write would be lost without a word. */
const decodeAnything: Decoder = (value, trail) => {
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === 'number' && !Number.isFinite(next)) {
      return trail.mismatchAtOnce(`number ${next}`, 'float64');
    }
    if (typeof next === 'object' && next !== null) {
      for (const key in next) waiting.push((next as Record<string, unknown>)[key]);
    }
  }
  return value;
};

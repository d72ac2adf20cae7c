import { badRequest } from '../errors.ts';
import { splitApiVersion } from '../object.ts';
import { decoderOf } from './decoders.ts';
import { DecodeTrail } from './decodeTrail.ts';
import { type Definition, type ReadObject, shortName } from './schema.ts';

/** What to do about fields that are unknown or given twice (`?fieldValidation=`). */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface DecodeOptions {
  readonly fieldValidation: FieldValidation;
  /** Fields that the request's text gives twice: see `ParsedBody`. Asked only when somebody wants to know. */
  readonly duplicateFields?: (definition: Definition) => readonly string[];
}

export interface Decoded<T> {
  /** Without unknown fields and nulls, quantities and times in their canonical form. Shares what did not change. */
  readonly object: T;
  /** For `Warn`: the texts of `Warning` headers, as in `unknown field "spec.foo"`. */
  readonly warnings: readonly string[];
}

/**
 * Makes a typed object of what a client sent. Throws 400 with upstream's words when a value has the wrong type,
 * and under `Strict` when a field is unknown or given twice.
 */
export function decodeObject<T>(definition: Definition, value: unknown, options: DecodeOptions): Decoded<T> {
  const { object, problem, unknownFields } = decodeFields<T>(definition, value);
  if (problem !== undefined) throw cannotBeHandled(definition, value, problem);
  if (options.fieldValidation === 'Ignore') return { object, warnings: [] };
  const strictErrors = [...unknownFields, ...(options.duplicateFields?.(definition) ?? [])];
  if (options.fieldValidation === 'Strict' && strictErrors.length > 0) {
    throw cannotBeHandled(definition, value, strictDecodingError(strictErrors));
  }
  return { object, warnings: strictErrors };
}

/** `strict decoding error: unknown field "spec.foo", unknown field "spec.bar"`, for callers with their own words around. */
export const strictDecodingError = (errors: readonly string[]): string =>
  `strict decoding error: ${errors.join(', ')}`;

/** The typed object (null is an empty one) with what is wrong with it, for callers that say so in their own way (patches do). */
export function decodeFields<T>(definition: Definition, value: unknown) {
  const { object, problem, unknownFields } = definition.read?.(value ?? {}) ?? readFields(definition, value);
  return {
    object: object as T,
    /** A type that does not fit: `json: cannot unmarshal …`. The object is not to be used then. */
    problem,
    /** Each as `unknown field "spec.foo"`. */
    unknownFields: [...unknownFields].map((path) => `unknown field ${JSON.stringify(path)}`),
  };
}

function readFields(definition: Definition, value: unknown): ReadObject {
  const trail = new DecodeTrail();
  const object = decoderOf(definition)(value ?? {}, trail);
  return { object, problem: trail.problem, unknownFields: trail.unknownFields };
}

function cannotBeHandled(definition: Definition, value: unknown, why: string) {
  const kind = shortName(definition);
  const given = (value ?? {}) as { kind?: unknown; apiVersion?: unknown };
  const version =
    typeof given.apiVersion === 'string' && given.apiVersion
      ? splitApiVersion(given.apiVersion).version
      : definition.name.split('.').at(-2);
  const givenKind = typeof given.kind === 'string' && given.kind ? given.kind : kind;
  return badRequest(`${givenKind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
}

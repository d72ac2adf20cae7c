import { goJson, goQuoted } from './goText.ts';

/** The `reason` of a cause (`field.ErrorType` upstream). */
export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueDuplicate'
  | 'FieldValueNotFound'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

/** One thing that is wrong with an object (`field.Error` upstream). */
export interface FieldError {
  readonly type: FieldErrorType;
  /** `spec.template.spec.containers[0].image`, as upstream writes paths. */
  readonly field: string;
  readonly badValue?: unknown;
  readonly detail: string;
}

const HEADINGS: Record<FieldErrorType, string> = {
  FieldValueRequired: 'Required value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueNotFound: 'Not found',
  FieldValueTypeInvalid: 'Invalid value',
  InternalError: 'Internal error',
};

const WITHOUT_VALUE: ReadonlySet<FieldErrorType> = new Set([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'InternalError',
]);

export const required = (field: string, detail = ''): FieldError => ({
  type: 'FieldValueRequired',
  field,
  detail,
});
export const invalidValue = (field: string, badValue: unknown, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  badValue,
  detail,
});
/** Stands in `badValue` where the value would say nothing. */
const OMITTED = Symbol('omitted');
/** What is wrong with a structure as a whole: the message does not repeat it. */
export const invalidWhole = (field: string, detail: string): FieldError =>
  invalidValue(field, OMITTED, detail);
/** A map, as a message shows it: by its keys. */
export const invalidMap = (
  field: string,
  badValue: Readonly<Record<string, string>> | undefined,
  detail: string,
): FieldError =>
  invalidValue(field, badValue && Object.fromEntries(Object.entries(badValue).toSorted(byKey)), detail);
const byKey = ([a]: readonly [string, string], [b]: readonly [string, string]) => (a < b ? -1 : 1);
export const forbiddenField = (field: string, detail: string): FieldError => ({
  type: 'FieldValueForbidden',
  field,
  detail,
});
export const duplicate = (field: string, badValue: unknown): FieldError => ({
  type: 'FieldValueDuplicate',
  field,
  badValue,
  detail: '',
});
export const notFoundValue = (field: string, badValue: unknown): FieldError => ({
  type: 'FieldValueNotFound',
  field,
  badValue,
  detail: '',
});
export const tooLong = (field: string, maxBytes: number): FieldError => ({
  type: 'FieldValueTooLong',
  field,
  detail: `may not be more than ${maxBytes} bytes`,
});
export const tooMany = (field: string, actual: number, max: number): FieldError => ({
  type: 'FieldValueTooMany',
  field,
  badValue: actual,
  detail: `must have at most ${max} items`,
});
export const notSupported = (field: string, badValue: unknown, supported: readonly string[]): FieldError => ({
  type: 'FieldValueNotSupported',
  field,
  badValue,
  detail: supported.length ? `supported values: ${supported.map(goQuoted).join(', ')}` : '',
});

/** `spec.parallelism: Invalid value: -1: must be greater than or equal to 0`; without the path for a cause. */
export function errorMessage(error: FieldError, withField = true): string {
  const value =
    WITHOUT_VALUE.has(error.type) || error.badValue === OMITTED ? '' : `: ${formatValue(error.badValue)}`;
  const body = `${HEADINGS[error.type]}${value}${error.detail ? `: ${error.detail}` : ''}`;
  return withField ? `${error.field}: ${body}` : body;
}

/** Strings quoted, everything else as JSON. */
function formatValue(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  return typeof value === 'string' ? goQuoted(value) : goJson(value);
}

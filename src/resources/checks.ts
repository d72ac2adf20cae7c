import { type FieldError, invalidValue, notSupported, required } from '../apimachinery/fieldErrors.ts';
import { type NameRule, percentString } from '../apimachinery/nameRules.ts';
import type { IntOrString } from '../generated/types.ts';
import { semanticEqual } from './semanticEqual.ts';

// Checks append to a list that the caller hands in: a template is validated anew for each of its pods, and is
// nearly always right, so nothing is allocated for what is right.

export function checkNonNegative(errors: FieldError[], field: string, value: number | undefined): void {
  if (value !== undefined && value < 0) {
    errors.push(invalidValue(field, value, 'must be greater than or equal to 0'));
  }
}

export function checkPositive(errors: FieldError[], field: string, value: number): void {
  if (value <= 0) errors.push(invalidValue(field, value, 'must be greater than 0'));
}

export function checkRange(
  errors: FieldError[],
  field: string,
  value: number | undefined,
  low: number,
  high: number,
): void {
  if (value !== undefined && (value < low || value > high)) {
    errors.push(invalidValue(field, value, `must be between ${low} and ${high}, inclusive`));
  }
}

/** A value that must be there. */
export function checkPresent(errors: FieldError[], field: string, value: unknown): void {
  if (value === undefined || value === '') errors.push(required(field));
}

/** A value that must be one of those; the empty one is missing. */
export function checkSupported(
  errors: FieldError[],
  field: string,
  value: string | undefined,
  supported: readonly string[],
): void {
  if (!value) errors.push(required(field));
  else if (!supported.includes(value)) errors.push(notSupported(field, value, supported));
}

/** A value that must be one of those if it is there at all. */
export function checkSupportedIfSet(
  errors: FieldError[],
  field: string,
  value: string | undefined,
  supported: readonly string[],
): void {
  if (value !== undefined && !supported.includes(value)) errors.push(notSupported(field, value, supported));
}

export function checkNamed(errors: FieldError[], field: string, value: string, rule: NameRule): void {
  for (const problem of rule(value)) errors.push(invalidValue(field, value, problem));
}

/** A name that may be left out. */
export function checkNamedIfSet(
  errors: FieldError[],
  field: string,
  value: string | undefined,
  rule: NameRule,
): void {
  if (value) checkNamed(errors, field, value, rule);
}

export function checkImmutable(errors: FieldError[], field: string, next: unknown, stored: unknown): void {
  if (!semanticEqual(next, stored)) errors.push(invalidValue(field, next, 'field is immutable'));
}

/** `ValidatePositiveIntOrPercent`: which allows 0. */
export function checkIntOrPercent(errors: FieldError[], field: string, value: IntOrString): void {
  if (typeof value === 'number') checkNonNegative(errors, field, value);
  else checkNamed(errors, field, value, percentString);
}

export function checkAtMost100Percent(errors: FieldError[], field: string, value: IntOrString): void {
  if (typeof value === 'string' && value.endsWith('%') && intOrPercentNumber(value) > 100) {
    errors.push(invalidValue(field, value, 'must not be greater than 100%'));
  }
}

/** The number in `3`, `"25%"` or, though that is none of the two, `"3"`; 0 when there is none. */
export const intOrPercentNumber = (value: IntOrString): number =>
  typeof value === 'number' ? value : /^(\d+%|[+-]?\d+)$/.test(value) ? Number.parseInt(value, 10) : 0;

/** A count that was once told stands or grows. */
export function checkNotDecremented(
  errors: FieldError[],
  field: string,
  next: number | undefined,
  stored: number | undefined,
): void {
  if (stored === undefined || (next !== undefined && next >= stored)) return;
  errors.push(invalidValue(field, next ?? 0, 'cannot be decremented'));
}

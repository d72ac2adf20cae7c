import { type FieldError, forbiddenField } from '../apimachinery/fieldErrors.ts';
import { deepEqual } from '../apimachinery/object.ts';

interface WithData {
  readonly immutable?: boolean;
  readonly data?: object;
  readonly binaryData?: object;
}

const IS_IMMUTABLE = 'field is immutable when `immutable` is set';

/** A config map or secret that was marked immutable stays so, with the data that it has. */
export function immutableDataErrors(next: WithData, stored: WithData): FieldError[] {
  if (!stored.immutable) return [];
  const errors = next.immutable ? [] : [forbiddenField('immutable', IS_IMMUTABLE)];
  for (const field of ['data', 'binaryData'] as const) {
    if (!deepEqual(next[field] ?? {}, stored[field] ?? {})) errors.push(forbiddenField(field, IS_IMMUTABLE));
  }
  return errors;
}

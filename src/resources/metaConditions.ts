import {
  duplicate,
  type FieldError,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from '../apimachinery/fieldErrors.ts';
import { conditionReason, qualifiedName } from '../apimachinery/nameRules.ts';
import type { Condition } from '../generated/types.ts';
import { checkNamed } from './checks.ts';

const STATUSES = ['False', 'True', 'Unknown'];
const LONGEST_REASON = 1024;
const LONGEST_MESSAGE = 32 * 1024;

/** Conditions of the common form, `metav1.Condition` (`ValidateConditions`). Older kinds have forms of their own, which nobody checks. */
export function checkMetaConditions(
  errors: FieldError[],
  field: string,
  conditions: readonly Condition[] = [],
): void {
  const seen = new Set<string>();
  for (const [index, condition] of conditions.entries()) {
    if (seen.has(condition.type)) errors.push(duplicate(`${field}[${index}].type`, condition.type));
    seen.add(condition.type);
    checkCondition(errors, `${field}[${index}]`, condition);
  }
}

function checkCondition(errors: FieldError[], field: string, condition: Condition): void {
  const { type = '', status = '', observedGeneration = 0, reason = '', message = '' } = condition;
  checkNamed(errors, `${field}.type`, type, qualifiedName);
  if (!STATUSES.includes(status)) errors.push(notSupported(`${field}.status`, status, STATUSES));
  if (observedGeneration < 0) {
    const detail = 'must be greater than or equal to zero';
    errors.push(invalidValue(`${field}.observedGeneration`, observedGeneration, detail));
  }
  if (!condition.lastTransitionTime) errors.push(required(`${field}.lastTransitionTime`, 'must be set'));
  if (!reason) errors.push(required(`${field}.reason`, 'must be set'));
  else checkNamed(errors, `${field}.reason`, reason, conditionReason);
  if (Buffer.byteLength(reason) > LONGEST_REASON) errors.push(tooLong(`${field}.reason`, LONGEST_REASON));
  if (Buffer.byteLength(message) > LONGEST_MESSAGE) errors.push(tooLong(`${field}.message`, LONGEST_MESSAGE));
}

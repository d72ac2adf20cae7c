import { type FieldError, invalidValue, required, tooLong, tooMany } from '../../apimachinery/fieldErrors.ts';
import type { JobSpec, SuccessPolicyRule } from '../../generated/types.ts';
import { checkNonNegative } from '../checks.ts';
import { shownSuccessPolicy } from '../internalForm.ts';
import { countIndexes } from './indexIntervals.ts';

const MOST_RULES = 20;
const LONGEST_INDEXES = 64 * 1024;

/** When an indexed Job has succeeded though not all of it is done (KEP-3998). */
export function checkSuccessPolicy(errors: FieldError[], field: string, spec: JobSpec): void {
  const { successPolicy, completionMode, completions = 0 } = spec;
  if (!successPolicy) return;
  if (completionMode !== 'Indexed') {
    errors.push(invalidValue(field, shownSuccessPolicy(successPolicy), 'requires indexed completion mode'));
    return;
  }
  const rules = successPolicy.rules ?? [];
  if (rules.length === 0) {
    const detail = 'at least one rules must be specified when the successPolicy is specified';
    errors.push(required(`${field}.rules`, detail));
  }
  if (rules.length > MOST_RULES) errors.push(tooMany(`${field}.rules`, rules.length, MOST_RULES));
  for (const [index, rule] of rules.entries())
    checkRule(errors, `${field}.rules[${index}]`, rule, completions);
}

function checkRule(errors: FieldError[], field: string, rule: SuccessPolicyRule, completions: number): void {
  const { succeededCount, succeededIndexes } = rule;
  if (succeededCount === undefined && succeededIndexes === undefined) {
    errors.push(required(field, 'at least one of succeededCount or succeededIndexes must be specified'));
  }
  const indexes = checkIndexes(errors, `${field}.succeededIndexes`, succeededIndexes, completions);
  if (succeededCount === undefined) return;
  const path = `${field}.succeededCount`;
  checkNonNegative(errors, path, succeededCount);
  const refuse = (most: number, what: string) =>
    errors.push(
      invalidValue(path, succeededCount, `must be less than or equal to ${most} (the number of ${what})`),
    );
  if (succeededCount > completions) refuse(completions, 'specified completions');
  if (indexes !== undefined && succeededCount > indexes) {
    refuse(indexes, 'indexes in the specified succeededIndexes field');
  }
}

/** How many there are; none when they cannot be read. */
function checkIndexes(
  errors: FieldError[],
  field: string,
  text: string | undefined,
  completions: number,
): number | undefined {
  if (text === undefined) return undefined;
  if (Buffer.byteLength(text) > LONGEST_INDEXES) errors.push(tooLong(field, LONGEST_INDEXES));
  const counted = countIndexes(text, completions);
  if (!('problem' in counted)) return counted.count;
  errors.push(invalidValue(field, text, `error parsing succeededIndexes: ${counted.problem}`));
  return 0;
}

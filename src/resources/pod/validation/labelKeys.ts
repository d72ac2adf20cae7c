import { type FieldError, forbiddenField, invalidValue } from '../../../apimachinery/fieldErrors.ts';
import { qualifiedName } from '../../../apimachinery/nameRules.ts';
import type { LabelSelector } from '../../../generated/types.ts';
import { checkNamed } from '../../checks.ts';

interface KeyedSelector {
  readonly labelSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

/** Keys whose values are those of the pod itself (`ValidateMatchLabelKeysAndMismatchLabelKeys`). */
export function checkLabelKeys(errors: FieldError[], field: string, selector: KeyedSelector): void {
  const { matchLabelKeys, mismatchLabelKeys, labelSelector } = selector;
  if (!matchLabelKeys && !mismatchLabelKeys) return;
  checkKeyNames(errors, `${field}.matchLabelKeys`, matchLabelKeys, labelSelector);
  checkKeyNames(errors, `${field}.mismatchLabelKeys`, mismatchLabelKeys, labelSelector);
  if (!matchLabelKeys) return;
  if (labelSelector) checkSelectedOnce(errors, field, matchLabelKeys, labelSelector);
  for (const [index, key] of matchLabelKeys.entries()) {
    if (!mismatchLabelKeys?.includes(key)) continue;
    const detail = 'exists in both matchLabelKeys and mismatchLabelKeys';
    errors.push(invalidValue(`${field}.matchLabelKeys[${index}]`, key, detail));
  }
}

function checkKeyNames(
  errors: FieldError[],
  field: string,
  keys: readonly string[] | undefined,
  selector: LabelSelector | undefined,
): void {
  if (!keys?.length) return;
  if (!selector) {
    errors.push(forbiddenField(field, 'must not be specified when labelSelector is not set'));
    return;
  }
  for (const [index, key] of keys.entries()) checkNamed(errors, `${field}[${index}]`, key, qualifiedName);
}

/** By now the keys are in the selector: a second time they are there because it was written so. */
function checkSelectedOnce(
  errors: FieldError[],
  field: string,
  keys: readonly string[],
  { matchLabels, matchExpressions }: LabelSelector,
): void {
  const selected = new Set(Object.keys(matchLabels ?? {}));
  for (const { key } of matchExpressions ?? []) {
    // Upstream's path leaves out `matchLabelKeys`.
    const index = keys.lastIndexOf(key);
    if (index >= 0 && selected.has(key)) {
      const detail = 'exists in both matchLabelKeys and labelSelector';
      errors.push(invalidValue(`${field}[${index}]`, key, detail));
    }
    selected.add(key);
  }
}

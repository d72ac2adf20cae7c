import { type FieldError, invalidValue, required } from '../../apimachinery/fieldErrors.ts';
import type { PolicyRule } from '../../generated/types.ts';

/** What is wrong with the rules of a role (`isNamespaced`) or a cluster role. */
export const validateRules = (
  rules: readonly PolicyRule[] | undefined,
  isNamespaced: boolean,
): FieldError[] =>
  (rules ?? []).flatMap((rule, index) => {
    const field = `rules[${index}]`;
    const errors = rule.verbs?.length
      ? []
      : [required(`${field}.verbs`, 'verbs must contain at least one value')];
    return [
      ...errors,
      ...(rule.nonResourceURLs?.length ? urlErrors(rule, isNamespaced, field) : resourceErrors(rule, field)),
    ];
  });

function urlErrors(rule: PolicyRule, isNamespaced: boolean, rulePath: string): FieldError[] {
  const field = `${rulePath}.nonResourceURLs`;
  const urls = rule.nonResourceURLs;
  const errors: FieldError[] = [];
  if (isNamespaced) {
    errors.push(invalidValue(field, urls, 'namespaced rules cannot apply to non-resource URLs'));
  }
  if (rule.apiGroups?.length || rule.resources?.length || rule.resourceNames?.length) {
    errors.push(
      invalidValue(field, urls, 'rules cannot apply to both regular resources and non-resource URLs'),
    );
  }
  return errors;
}

function resourceErrors({ apiGroups, resources }: PolicyRule, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!apiGroups?.length) {
    errors.push(required(`${field}.apiGroups`, 'resource rules must supply at least one api group'));
  }
  if (!resources?.length) {
    errors.push(required(`${field}.resources`, 'resource rules must supply at least one resource'));
  }
  return errors;
}

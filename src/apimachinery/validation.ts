import type { LabelSelector, LabelSelectorRequirement } from '../generated/types.ts';
import { type FieldError, forbiddenField, invalidValue, required, tooLong } from './fieldErrors.ts';
import { labelValue, type NameRule, qualifiedName } from './nameRules.ts';

/** All keys and values of an object's annotations together. */
const ANNOTATIONS_MAX_BYTES = 262_144;

/** What a rule says about a value, as errors of a field. */
export const checkRule = (field: string, value: string, rule: NameRule): FieldError[] =>
  rule(value).map((problem) => invalidValue(field, value, problem));

/** `metadata.labels`, a selector's `matchLabels`, a node selector: keys and values by the rules of labels. */
export function validateLabels(
  labels: Readonly<Record<string, string>> | undefined,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(labels ?? {})) {
    for (const problem of qualifiedName(key)) errors.push(invalidValue(field, key, problem));
    for (const problem of labelValue(value)) errors.push(invalidValue(field, value, problem));
  }
  return errors;
}

/** Keys by the rule of labels in whatever case, and 256 KiB in total. */
export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
    for (const problem of qualifiedName(key.toLowerCase())) errors.push(invalidValue(field, key, problem));
  }
  if (bytes > ANNOTATIONS_MAX_BYTES) errors.push(tooLong(field, ANNOTATIONS_MAX_BYTES));
  return errors;
}

/** A label selector inside an object, for example `spec.selector`. An undefined one is right. */
export const validateLabelSelector = (selector: LabelSelector | undefined, field: string): FieldError[] => [
  ...validateLabels(selector?.matchLabels, `${field}.matchLabels`),
  ...(selector?.matchExpressions ?? []).flatMap((requirement, index) =>
    validateRequirement(requirement, `${field}.matchExpressions[${index}]`),
  ),
];

const validateRequirement = (
  { key = '', operator = '', values = [] }: LabelSelectorRequirement,
  field: string,
): FieldError[] => [
  ...operatorErrors(operator, values.length, field),
  ...checkRule(`${field}.key`, key, qualifiedName),
  ...values.flatMap((value, index) => checkRule(`${field}.values[${index}]`, value, labelValue)),
];

function operatorErrors(operator: string, count: number, field: string): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (count > 0) return [];
      return [required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      if (count === 0) return [];
      return [
        forbiddenField(
          `${field}.values`,
          "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        ),
      ];
    default:
      return [invalidValue(`${field}.operator`, operator, 'not a valid selector operator')];
  }
}

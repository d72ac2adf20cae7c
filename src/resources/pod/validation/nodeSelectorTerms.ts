import {
  type FieldError,
  forbiddenField,
  invalidValue,
  required,
} from '../../../apimachinery/fieldErrors.ts';
import { dns1123Subdomain, labelValue, qualifiedName } from '../../../apimachinery/nameRules.ts';
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from '../../../generated/types.ts';
import { checkNamed } from '../../checks.ts';

export function checkNodeSelector(errors: FieldError[], field: string, selector: NodeSelector): void {
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) {
    errors.push(required(`${field}.nodeSelectorTerms`, 'must have at least one node selector term'));
  }
  for (const [index, term] of terms.entries()) {
    checkNodeSelectorTerm(errors, `${field}.nodeSelectorTerms[${index}]`, term, true);
  }
}

/** `strict`: whether values must be possible values of labels, which a mere preference need not be. */
export function checkNodeSelectorTerm(
  errors: FieldError[],
  field: string,
  { matchExpressions, matchFields }: NodeSelectorTerm,
  strict: boolean,
): void {
  for (const [index, requirement] of (matchExpressions ?? []).entries()) {
    checkExpression(errors, `${field}.matchExpressions[${index}]`, requirement, strict);
  }
  for (const [index, requirement] of (matchFields ?? []).entries()) {
    checkField(errors, `${field}.matchFields[${index}]`, requirement);
  }
}

function checkExpression(
  errors: FieldError[],
  field: string,
  { key, operator, values = [] }: NodeSelectorRequirement,
  strict: boolean,
): void {
  checkValueCount(errors, field, operator, values.length);
  checkNamed(errors, `${field}.key`, key ?? '', qualifiedName);
  if (!strict) return;
  for (const [index, value] of values.entries())
    checkNamed(errors, `${field}.values[${index}]`, value, labelValue);
}

function checkValueCount(errors: FieldError[], field: string, operator: string, count: number): void {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (count > 0) return;
      errors.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      return;
    case 'Exists':
    case 'DoesNotExist': {
      if (count === 0) return;
      const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
      errors.push(forbiddenField(`${field}.values`, detail));
      return;
    }
    case 'Gt':
    case 'Lt':
      if (count === 1) return;
      errors.push(
        required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"),
      );
      return;
    default:
      errors.push(invalidValue(`${field}.operator`, operator ?? '', 'not a valid selector operator'));
  }
}

/** Only the node's name, and only one. */
function checkField(errors: FieldError[], field: string, requirement: NodeSelectorRequirement): void {
  const { key, operator, values = [] } = requirement;
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalidValue(`${field}.operator`, operator ?? '', 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(`${field}.values`, detail));
  }
  if (key !== 'metadata.name') {
    errors.push(invalidValue(`${field}.key`, key ?? '', 'not a valid field selector key'));
    return;
  }
  for (const [index, value] of values.entries())
    checkNamed(errors, `${field}.values[${index}]`, value, dns1123Subdomain);
}

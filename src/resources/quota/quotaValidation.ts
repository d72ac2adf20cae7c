import { type FieldError, invalidValue, required } from '../../apimachinery/fieldErrors.ts';
import { qualifiedName } from '../../apimachinery/nameRules.ts';
import { parseQuantity } from '../../apimachinery/quantity.ts';
import type { ResourceQuota, ScopedResourceSelectorRequirement } from '../../generated/types.ts';
import { checkNamed } from '../checks.ts';
import { isCounted, isStandardResource } from '../pod/resourceNames.ts';
import { isBoundableInScope, isStandardQuotaName } from './quotaNames.ts';

const CONFLICTING = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;
/** Scopes that a pod is in or not: there is nothing to compare. */
const PLAIN_SCOPES = [...CONFLICTING.flat(), 'CrossNamespacePodAffinity'];
const SCOPES = [...PLAIN_SCOPES, 'PriorityClass'];

/** Upstream's `ValidateResourceQuota`. */
export function validateQuota({ spec = {} }: ResourceQuota): FieldError[] {
  const errors: FieldError[] = [];
  const { hard = {}, scopes = [], scopeSelector } = spec;
  for (const [name, amount] of Object.entries(hard)) checkHard(errors, `spec.hard[${name}]`, name, amount);
  checkScopes(errors, scopes, Object.keys(hard));
  if (scopeSelector) checkSelector(errors, scopeSelector.matchExpressions ?? [], Object.keys(hard), scopes);
  return errors;
}

function checkHard(errors: FieldError[], field: string, name: string, amount: string): void {
  checkNamed(errors, field, name, qualifiedName);
  if (!name.includes('/')) {
    if (!isStandardResource(name))
      errors.push(invalidValue(field, name, 'must be a standard resource type or fully qualified'));
    if (!isStandardQuotaName(name))
      errors.push(invalidValue(field, name, 'must be a standard resource for quota'));
  }
  const { nano } = parseQuantity(amount);
  if (nano < 0n) errors.push(invalidValue(field, amount, 'must be greater than or equal to 0'));
  if (isCounted(name) && nano % 1_000_000_000n !== 0n)
    errors.push(invalidValue(field, amount, 'must be an integer'));
}

function checkScopes(errors: FieldError[], scopes: readonly string[], names: readonly string[]): void {
  for (const scope of scopes) {
    if (!SCOPES.includes(scope)) errors.push(invalidValue('spec.scopes', scopes, 'unsupported scope'));
    for (const name of names) {
      if (isStandardQuotaName(name) && !isBoundableInScope(scope, name))
        errors.push(invalidValue('spec.scopes', scopes, 'unsupported scope applied to resource'));
    }
  }
  checkConflicts(errors, 'spec.scopes', new Set(scopes), scopes);
}

function checkConflicts(
  errors: FieldError[],
  field: string,
  present: ReadonlySet<string>,
  shown: readonly string[],
): void {
  for (const pair of CONFLICTING)
    if (pair.every((scope) => present.has(scope)))
      errors.push(invalidValue(field, shown, 'conflicting scopes'));
}

function checkSelector(
  errors: FieldError[],
  expressions: readonly ScopedResourceSelectorRequirement[],
  names: readonly string[],
  scopes: readonly string[],
): void {
  const field = 'spec.scopeSelector.matchExpressions';
  for (const expression of expressions) {
    const { scopeName } = expression;
    if (!SCOPES.includes(scopeName))
      errors.push(invalidValue(`${field}.scopeName`, scopeName, 'unsupported scope'));
    for (const name of names) {
      if (isStandardQuotaName(name) && !isBoundableInScope(scopeName, name))
        errors.push(invalidValue(field, scopes, 'unsupported scope applied to resource'));
    }
    checkExpression(errors, field, expression);
  }
  checkConflicts(errors, field, new Set(expressions.map(({ scopeName }) => scopeName)), scopes);
}

function checkExpression(
  errors: FieldError[],
  field: string,
  { scopeName, operator, values = [] }: ScopedResourceSelectorRequirement,
): void {
  if (PLAIN_SCOPES.includes(scopeName) && operator !== 'Exists') {
    const detail =
      "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, " +
      'ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity';
    errors.push(invalidValue(`${field}.operator`, operator, detail));
  }
  if (operator === 'In' || operator === 'NotIn') {
    const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    if (values.length === 0) errors.push(required(`${field}.values`, detail));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    if (values.length > 0) errors.push(invalidValue(`${field}.values`, values, detail));
  } else {
    errors.push(invalidValue(`${field}.operator`, operator, 'not a valid selector operator'));
  }
}

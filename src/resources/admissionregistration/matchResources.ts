import {
  duplicate,
  type FieldError,
  invalidValue,
  notSupported,
  required,
} from '../../apimachinery/fieldErrors.ts';
import { pathSegment } from '../../apimachinery/nameRules.ts';
import { validateLabelSelector } from '../../apimachinery/validation.ts';
import type { LabelSelector, MatchResources, NamedRuleWithOperations } from '../../generated/types.ts';
import { checkSupported } from '../checks.ts';
import { checkRule } from './ruleValidation.ts';

const MATCH_POLICIES = ['Equivalent', 'Exact'];

export function setMatchDefaults(resources: MatchResources | undefined): void {
  if (!resources) return;
  resources.matchPolicy ??= 'Equivalent';
  resources.namespaceSelector ??= {};
  resources.objectSelector ??= {};
  for (const rule of [...(resources.resourceRules ?? []), ...(resources.excludeResourceRules ?? [])]) {
    rule.scope ??= '*';
  }
}

/** What is wrong with what a policy or a binding says of the requests that it is about (`validateMatchResources`). */
export function checkMatchResources(
  errors: FieldError[],
  field: string,
  { matchPolicy, namespaceSelector, objectSelector, resourceRules, excludeResourceRules }: MatchResources,
): void {
  checkSupported(errors, `${field}.matchPolicy`, matchPolicy, MATCH_POLICIES);
  checkSelector(errors, `${field}.namespaceSelector`, namespaceSelector);
  checkSelector(errors, `${field}.objectSelector`, objectSelector);
  checkRules(errors, `${field}.resourceRules`, resourceRules);
  checkRules(errors, `${field}.excludeResourceRules`, excludeResourceRules);
}

/** A policy's own: it must name resources, and a policy that changes them can do so only in some operations. */
export function checkMatchConstraints(
  errors: FieldError[],
  field: string,
  constraints: MatchResources | undefined,
  operations?: readonly string[],
): void {
  if (!constraints) {
    errors.push(required(field));
    return;
  }
  checkMatchResources(errors, field, constraints);
  if (!constraints.resourceRules?.length) errors.push(required(`${field}.resourceRules`));
  if (operations) checkOperations(errors, field, constraints, operations);
}

export function checkOperations(
  errors: FieldError[],
  field: string,
  { resourceRules = [] }: MatchResources,
  supported: readonly string[],
): void {
  for (const operation of resourceRules.flatMap(({ operations = [] }) => operations)) {
    if (!supported.includes(operation)) {
      errors.push(notSupported(`${field}.resourceRules.operations`, operation, supported));
    }
  }
}

function checkSelector(errors: FieldError[], field: string, selector: LabelSelector | undefined): void {
  if (selector) errors.push(...validateLabelSelector(selector, field));
  else errors.push(required(field));
}

function checkRules(
  errors: FieldError[],
  field: string,
  rules: readonly NamedRuleWithOperations[] = [],
): void {
  rules.forEach((rule, index) => {
    checkNames(errors, `${field}[${index}].resourceNames`, rule.resourceNames);
    checkRule(errors, `${field}[${index}]`, rule);
  });
}

function checkNames(errors: FieldError[], field: string, names: readonly string[] = []): void {
  const seen = new Set<string>();
  names.forEach((name, index) => {
    for (const problem of pathSegment(name)) errors.push(invalidValue(`${field}[${index}]`, name, problem));
    if (seen.has(name)) errors.push(duplicate(`${field}[${index}]`, name));
    seen.add(name);
  });
}

import {
  duplicate,
  type FieldError,
  invalidValue,
  invalidWhole,
  notSupported,
  required,
  tooMany,
} from '../../apimachinery/fieldErrors.ts';
import { qualifiedName } from '../../apimachinery/nameRules.ts';
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
} from '../../generated/types.ts';
import { checkNamed } from '../checks.ts';

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];
const MOST_RULES = 20;
const MOST_EXIT_CODES = 255;
const MOST_CONDITIONS = 20;

/** Go's `%q` of a list. */
const quotedList = (values: readonly string[]): string =>
  `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;

/** What a Job does about pods that fail in particular ways (KEP-3329). */
export function checkPodFailurePolicy(errors: FieldError[], field: string, spec: JobSpec): void {
  const rules = spec.podFailurePolicy?.rules ?? [];
  if (rules.length > MOST_RULES) errors.push(tooMany(`${field}.rules`, rules.length, MOST_RULES));
  for (const [index, rule] of rules.entries()) checkRule(errors, `${field}.rules[${index}]`, rule, spec);
}

function checkRule(errors: FieldError[], field: string, rule: PodFailurePolicyRule, spec: JobSpec): void {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  checkChoice(errors, `${field}.action`, action, ACTIONS);
  if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) {
    errors.push(invalidValue(`${field}.action`, action, 'requires the backoffLimitPerIndex to be set'));
  }
  if (onExitCodes) checkExitCodes(errors, `${field}.onExitCodes`, onExitCodes, spec);
  checkConditions(errors, `${field}.onPodConditions`, onPodConditions);
  if (onExitCodes && onPodConditions.length > 0) {
    errors.push(invalidWhole(field, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  } else if (!onExitCodes && onPodConditions.length === 0) {
    errors.push(invalidWhole(field, 'specifying one of OnExitCodes and OnPodConditions is required'));
  }
}

function checkChoice(errors: FieldError[], field: string, value: string, choices: readonly string[]): void {
  if (!value) errors.push(required(field, `valid values: ${quotedList(choices)}`));
  else if (!choices.includes(value)) errors.push(notSupported(field, value, choices));
}

function checkConditions(
  errors: FieldError[],
  field: string,
  patterns: readonly PodFailurePolicyOnPodConditionsPattern[],
): void {
  if (patterns.length > MOST_CONDITIONS) errors.push(tooMany(field, patterns.length, MOST_CONDITIONS));
  for (const [index, { type = '', status = '' }] of patterns.entries()) {
    checkNamed(errors, `${field}[${index}].type`, type, qualifiedName);
    checkChoice(errors, `${field}[${index}].status`, status, STATUSES);
  }
}

function checkExitCodes(
  errors: FieldError[],
  field: string,
  { operator, containerName, values: given }: PodFailurePolicyOnExitCodesRequirement,
  { template }: JobSpec,
): void {
  checkChoice(errors, `${field}.operator`, operator, OPERATORS);
  const containers = [...template.spec.containers, ...(template.spec.initContainers ?? [])];
  if (containerName !== undefined && !containers.some(({ name }) => name === containerName)) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalidValue(`${field}.containerName`, containerName, detail));
  }
  const values = given ?? [];
  if (values.length === 0)
    errors.push(invalidValue(`${field}.values`, given, 'at least one value is required'));
  if (values.length > MOST_EXIT_CODES)
    errors.push(tooMany(`${field}.values`, values.length, MOST_EXIT_CODES));
  checkCodes(errors, `${field}.values`, values, operator);
}

function checkCodes(errors: FieldError[], field: string, codes: readonly number[], operator: string): void {
  const seen = new Set<number>();
  for (const [index, code] of codes.entries()) {
    const path = `${field}[${index}]`;
    if (operator === 'In' && code === 0)
      errors.push(invalidValue(path, code, 'must not be 0 for the In operator'));
    if (seen.has(code)) errors.push(duplicate(path, code));
    seen.add(code);
  }
  if (codes.some((code, index) => index > 0 && codes[index - 1]! > code)) {
    errors.push(invalidValue(field, codes, 'must be ordered'));
  }
}

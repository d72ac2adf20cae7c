import {
  type FieldError,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from '../../apimachinery/fieldErrors.ts';
import { dns1123Subdomain, httpPath } from '../../apimachinery/nameRules.ts';
import type { JobSpec } from '../../generated/types.ts';
import { checkNamed, checkNonNegative } from '../checks.ts';
import { checkPodTemplate } from '../podtemplate/templateValidation.ts';
import { checkPodFailurePolicy } from './podFailurePolicyValidation.ts';
import { checkSuccessPolicy } from './successPolicyValidation.ts';

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;
const MODES = ['NonIndexed', 'Indexed'];
const REPLACEMENT_POLICIES = ['Failed', 'TerminatingOrFailed'];
const LONGEST_MANAGER = 63;
/** Beyond these the index lists in the status grow too long. */
const MOST_INDEXES = 100_000;
const MOST_INDEXES_AT_HIGH_COMPLETIONS = 10_000;

/** A Job's spec, of itself or in a CronJob, but for its selector (`validateJobSpec`). */
export function checkJobSpec(errors: FieldError[], field: string, spec: JobSpec): void {
  for (const name of COUNTS) checkNonNegative(errors, `${field}.${name}`, spec[name]);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  }
  if (spec.managedBy !== undefined) checkManager(errors, `${field}.managedBy`, spec.managedBy);
  checkCompletionMode(errors, field, spec);
  if (spec.podFailurePolicy) checkPodFailurePolicy(errors, `${field}.podFailurePolicy`, spec);
  checkSuccessPolicy(errors, `${field}.successPolicy`, spec);
  checkReplacementPolicy(errors, `${field}.podReplacementPolicy`, spec);
  checkPodTemplate(errors, `${field}.template`, spec.template);
  checkRestartPolicy(errors, `${field}.template.spec.restartPolicy`, spec);
}

/** `example.com/name` (KEP-4368). */
function checkManager(errors: FieldError[], field: string, manager: string): void {
  const [domain = '', ...rest] = manager.split('/');
  const path = rest.join('/');
  if (!manager) errors.push(required(field));
  else if (!domain || !path) {
    errors.push(invalidValue(field, manager, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  } else {
    checkNamed(errors, field, domain, dns1123Subdomain);
    checkNamed(errors, field, path, httpPath);
  }
  if (Buffer.byteLength(manager) > LONGEST_MANAGER) errors.push(tooLong(field, LONGEST_MANAGER));
}

function checkCompletionMode(errors: FieldError[], field: string, spec: JobSpec): void {
  const { completionMode = 'NonIndexed' } = spec;
  if (!MODES.includes(completionMode))
    errors.push(notSupported(`${field}.completionMode`, completionMode, MODES));
  if (completionMode === 'Indexed') checkIndexed(errors, field, spec);
  else if (completionMode === 'NonIndexed') {
    for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
      if (spec[name] === undefined) continue;
      errors.push(invalidValue(`${field}.${name}`, spec[name], 'requires indexed completion mode'));
    }
  }
}

function checkIndexed(errors: FieldError[], field: string, spec: JobSpec): void {
  const { completions, parallelism = 0, maxFailedIndexes } = spec;
  if (completions === undefined)
    errors.push(required(`${field}.completions`, 'when completion mode is Indexed'));
  if (parallelism > MOST_INDEXES) {
    const detail = `must be less than or equal to ${MOST_INDEXES} when completion mode is Indexed`;
    errors.push(invalidValue(`${field}.parallelism`, parallelism, detail));
  }
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions) {
    const detail = 'must be less than or equal to completions';
    errors.push(invalidValue(`${field}.maxFailedIndexes`, maxFailedIndexes, detail));
  }
  if (maxFailedIndexes !== undefined && maxFailedIndexes > MOST_INDEXES) {
    const detail = `must be less than or equal to ${MOST_INDEXES}`;
    errors.push(invalidValue(`${field}.maxFailedIndexes`, maxFailedIndexes, detail));
  }
  checkHighCompletions(errors, field, spec);
}

function checkHighCompletions(errors: FieldError[], field: string, spec: JobSpec): void {
  const { completions = 0, backoffLimitPerIndex, maxFailedIndexes } = spec;
  if (completions <= MOST_INDEXES || backoffLimitPerIndex === undefined) return;
  if (maxFailedIndexes === undefined) {
    const detail = `must be specified when completions is above ${MOST_INDEXES}`;
    errors.push(required(`${field}.maxFailedIndexes`, detail));
  }
  for (const name of ['parallelism', 'maxFailedIndexes'] as const) {
    const value = spec[name] ?? 0;
    if (value <= MOST_INDEXES_AT_HIGH_COMPLETIONS) continue;
    const detail = `must be less than or equal to ${MOST_INDEXES_AT_HIGH_COMPLETIONS} when completions are above ${MOST_INDEXES} and used with backoff limit per index`;
    errors.push(invalidValue(`${field}.${name}`, value, detail));
  }
}

/** A policy for failures must see each pod fail before another takes its place (KEP-3939). */
function checkReplacementPolicy(errors: FieldError[], field: string, spec: JobSpec): void {
  const { podReplacementPolicy: policy, podFailurePolicy } = spec;
  if (policy === undefined) return;
  const supported = podFailurePolicy ? ['Failed'] : REPLACEMENT_POLICIES;
  if (!supported.includes(policy)) errors.push(notSupported(field, policy, supported));
}

/** A Job's pods end. Always is what the defaults say when nobody does, so it counts as nothing said. */
function checkRestartPolicy(
  errors: FieldError[],
  field: string,
  { template, podFailurePolicy }: JobSpec,
): void {
  const { restartPolicy: policy } = template.spec;
  if (!policy || policy === 'Always') {
    errors.push(required(field, 'valid values: "OnFailure", "Never"'));
  } else if (policy !== 'OnFailure' && policy !== 'Never') {
    errors.push(notSupported(field, policy, ['OnFailure', 'Never']));
  } else if (podFailurePolicy && policy !== 'Never') {
    errors.push(invalidValue(field, policy, 'only "Never" is supported when podFailurePolicy is specified'));
  }
}

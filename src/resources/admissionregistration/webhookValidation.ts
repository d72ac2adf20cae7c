import {
  duplicate,
  type FieldError,
  invalidValue,
  notSupported,
  required,
} from '../../apimachinery/fieldErrors.ts';
import { dns1035Label, dns1123Subdomain } from '../../apimachinery/nameRules.ts';
import { validateLabelSelector } from '../../apimachinery/validation.ts';
import type { MutatingWebhook, ValidatingWebhook } from '../../generated/types.ts';
import { checkNamed, checkSupportedIfSet } from '../checks.ts';
import { checkMatchConditions } from './matchConditionValidation.ts';
import { checkRule } from './ruleValidation.ts';
import { checkWebhookClient } from './webhookClientValidation.ts';

/** A webhook of either kind. */
export type Webhook = ValidatingWebhook & Pick<MutatingWebhook, 'reinvocationPolicy'>;

/** The versions of `AdmissionReview` that are spoken here. */
export const REVIEW_VERSIONS = ['v1', 'v1beta1'];
const FAILURE_POLICIES = ['Fail', 'Ignore'];
const MATCH_POLICIES = ['Equivalent', 'Exact'];
const SIDE_EFFECTS = ['None', 'NoneOnDryRun'];
const REINVOCATION_POLICIES = ['IfNeeded', 'Never'];

/** What is wrong with the webhooks of a configuration (`ValidateMutatingWebhookConfiguration` and its like). */
export function validateWebhooks(webhooks: readonly Webhook[] = []): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  webhooks.forEach((webhook, index) => {
    const field = `webhooks[${index}]`;
    checkWebhook(errors, field, webhook);
    checkReviewVersions(errors, `${field}.admissionReviewVersions`, webhook.admissionReviewVersions ?? []);
    if (names.has(webhook.name)) errors.push(duplicate(`${field}.name`, webhook.name));
    if (webhook.name) names.add(webhook.name);
  });
  return errors;
}

function checkWebhook(errors: FieldError[], field: string, webhook: Webhook): void {
  checkFullyQualified(errors, `${field}.name`, webhook.name ?? '');
  webhook.rules?.forEach((rule, index) => {
    checkRule(errors, `${field}.rules[${index}]`, rule);
  });
  checkSupportedIfSet(errors, `${field}.failurePolicy`, webhook.failurePolicy, FAILURE_POLICIES);
  checkSupportedIfSet(errors, `${field}.matchPolicy`, webhook.matchPolicy, MATCH_POLICIES);
  checkSideEffects(errors, `${field}.sideEffects`, webhook.sideEffects);
  const { timeoutSeconds = 1 } = webhook;
  if (timeoutSeconds < 1 || timeoutSeconds > 30) {
    const detail = 'the timeout value must be between 1 and 30 seconds';
    errors.push(invalidValue(`${field}.timeoutSeconds`, timeoutSeconds, detail));
  }
  errors.push(...validateLabelSelector(webhook.namespaceSelector, `${field}.namespaceSelector`));
  errors.push(...validateLabelSelector(webhook.objectSelector, `${field}.objectSelector`));
  checkSupportedIfSet(
    errors,
    `${field}.reinvocationPolicy`,
    webhook.reinvocationPolicy,
    REINVOCATION_POLICIES,
  );
  checkWebhookClient(errors, `${field}.clientConfig`, webhook.clientConfig);
  checkMatchConditions(errors, `${field}.matchConditions`, webhook.matchConditions);
}

/** `IsFullyQualifiedName` */
function checkFullyQualified(errors: FieldError[], field: string, name: string): void {
  const problems = dns1123Subdomain(name);
  if (name === '') errors.push(required(field));
  else if (problems.length > 0) errors.push(invalidValue(field, name, problems.join(',')));
  else if (name.split('.').length < 3) {
    const detail = 'should be a domain with at least three segments separated by dots';
    errors.push(invalidValue(field, name, detail));
  }
}

function checkSideEffects(errors: FieldError[], field: string, sideEffects: string | undefined): void {
  if (!sideEffects) errors.push(required(field, `must specify one of ${SIDE_EFFECTS.join(', ')}`));
  else if (!SIDE_EFFECTS.includes(sideEffects)) errors.push(notSupported(field, sideEffects, SIDE_EFFECTS));
}

function checkReviewVersions(errors: FieldError[], field: string, versions: readonly string[]): void {
  const known = REVIEW_VERSIONS.join(', ');
  if (versions.length === 0) {
    errors.push(required(field, `must specify one of ${known}`));
    return;
  }
  versions.forEach((version, index) => {
    if (versions.indexOf(version) < index)
      errors.push(invalidValue(`${field}[${index}]`, version, 'duplicate version'));
    else checkNamed(errors, `${field}[${index}]`, version, dns1035Label);
  });
  if (!versions.some((version) => REVIEW_VERSIONS.includes(version)))
    errors.push(invalidValue(field, versions, `must include at least one of ${known}`));
}

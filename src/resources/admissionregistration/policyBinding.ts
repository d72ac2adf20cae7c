import {
  duplicate,
  type FieldError,
  invalidValue,
  notSupported,
  required,
} from '../../apimachinery/fieldErrors.ts';
import { dns1123Subdomain } from '../../apimachinery/nameRules.ts';
import type {
  MutatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicyBinding,
} from '../../generated/types.ts';
import { checkNamed } from '../checks.ts';
import { MutatingAdmissionPolicyBindings, ValidatingAdmissionPolicyBindings } from '../kinds.ts';
import type { Resource } from '../resource.ts';
import { countSpecChange } from './countSpecChange.ts';
import { checkMatchResources, checkOperations, setMatchDefaults } from './matchResources.ts';
import { MUTATING_OPERATIONS } from './mutationRules.ts';
import { bindingColumns } from './policyColumns.ts';
import { checkParamRef } from './policyParams.ts';

const ACTIONS = ['Audit', 'Deny', 'Warn'];

/** What is wrong with a binding of either kind (`ValidateValidatingAdmissionPolicyBinding` and its like). */
function checkBinding(
  errors: FieldError[],
  { policyName, paramRef, matchResources }: MutatingAdmissionPolicyBinding['spec'],
): void {
  if (!policyName) errors.push(required('spec.policyName'));
  else checkNamed(errors, 'spec.policyName', policyName, dns1123Subdomain);
  checkParamRef(errors, 'spec.paramRef', paramRef);
  if (matchResources) checkMatchResources(errors, 'spec.matchResources', matchResources);
}

function checkActions(errors: FieldError[], field: string, actions: readonly string[] = []): void {
  const seen = new Set<string>();
  actions.forEach((action, index) => {
    if (!ACTIONS.includes(action)) errors.push(notSupported(`${field}[${index}]`, action, ACTIONS));
    if (seen.has(action)) errors.push(duplicate(`${field}[${index}]`, action));
    seen.add(action);
  });
  if (seen.has('Deny') && seen.has('Warn')) {
    const detail =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
    errors.push(invalidValue(field, actions, detail));
  }
  if (seen.size === 0) errors.push(required(field, 'at least one validation action is required'));
}

function validateValidating({ spec }: ValidatingAdmissionPolicyBinding): FieldError[] {
  const errors: FieldError[] = [];
  checkBinding(errors, spec);
  checkActions(errors, 'spec.validationActions', spec.validationActions);
  return errors;
}

function validateMutating({ spec }: MutatingAdmissionPolicyBinding): FieldError[] {
  const errors: FieldError[] = [];
  checkBinding(errors, spec);
  const { matchResources = {} } = spec;
  checkOperations(errors, 'spec.matchResources', matchResources, MUTATING_OPERATIONS);
  return errors;
}

/** What both kinds have. */
const shared = {
  categories: ['api-extensions'],
  hasGeneration: true,
  requiresResourceVersion: true,
  setDefaults: ({ spec }: MutatingAdmissionPolicyBinding) => setMatchDefaults(spec?.matchResources),
  prepareUpdate: countSpecChange,
  columns: bindingColumns,
} as const;

export const validatingAdmissionPolicyBindings: Resource<ValidatingAdmissionPolicyBinding> = {
  ...ValidatingAdmissionPolicyBindings,
  singular: 'validatingadmissionpolicybinding',
  ...shared,
  validate: validateValidating,
  validateUpdate: validateValidating,
};

export const mutatingAdmissionPolicyBindings: Resource<MutatingAdmissionPolicyBinding> = {
  ...MutatingAdmissionPolicyBindings,
  singular: 'mutatingadmissionpolicybinding',
  ...shared,
  validate: validateMutating,
  validateUpdate: validateMutating,
};

import { PolicyCompiler } from '../../apimachinery/cel/policyCompiler.ts';
import { type FieldError, required } from '../../apimachinery/fieldErrors.ts';
import type { MutatingAdmissionPolicy } from '../../generated/types.ts';
import { checkSupported } from '../checks.ts';
import { MutatingAdmissionPolicies } from '../kinds.ts';
import type { Resource } from '../resource.ts';
import { countSpecChange } from './countSpecChange.ts';
import { checkMatchConditions } from './matchConditionValidation.ts';
import { checkMatchConstraints, setMatchDefaults } from './matchResources.ts';
import { checkMutation, MUTATING_OPERATIONS } from './mutationRules.ts';
import { policyColumns } from './policyColumns.ts';
import { checkVariables } from './policyExpressions.ts';
import { checkParamKind } from './policyParams.ts';

const FAILURE_POLICIES = ['Fail', 'Ignore'];
const REINVOCATION_POLICIES = ['IfNeeded', 'Never'];

/** What is wrong with a policy (`ValidateMutatingAdmissionPolicy`). Its expressions are read: what cannot be read is refused. */
function validate({ spec }: MutatingAdmissionPolicy): FieldError[] {
  const errors: FieldError[] = [];
  const { failurePolicy, paramKind, matchConstraints, matchConditions, variables, mutations = [] } = spec;
  checkSupported(errors, 'spec.failurePolicy', failurePolicy, FAILURE_POLICIES);
  checkParamKind(errors, 'spec.paramKind', paramKind);
  checkMatchConstraints(errors, 'spec.matchConstraints', matchConstraints, MUTATING_OPERATIONS);
  checkMatchConditions(errors, 'spec.matchConditions', matchConditions, paramKind !== undefined);
  const compiler = new PolicyCompiler({ hasParams: paramKind !== undefined });
  checkVariables(errors, 'spec.variables', variables, compiler);
  if (mutations.length === 0) {
    errors.push(required('spec.mutations', 'mutations must contain at least one item'));
  }
  mutations.forEach((mutation, index) => {
    checkMutation(errors, `spec.mutations[${index}]`, mutation, compiler);
  });
  checkSupported(errors, 'spec.reinvocationPolicy', spec.reinvocationPolicy, REINVOCATION_POLICIES);
  return errors;
}

export const mutatingAdmissionPolicies: Resource<MutatingAdmissionPolicy> = {
  ...MutatingAdmissionPolicies,
  singular: 'mutatingadmissionpolicy',
  categories: ['api-extensions'],
  hasGeneration: true,
  requiresResourceVersion: true,
  setDefaults({ spec }) {
    if (!spec) return;
    spec.failurePolicy ??= 'Fail';
    setMatchDefaults(spec.matchConstraints);
  },
  validate,
  prepareUpdate: countSpecChange,
  validateUpdate: validate,
  columns: policyColumns({
    name: 'Mutations',
    type: 'integer',
    description: 'How many changes the policy makes.',
    cell: ({ spec }) => spec.mutations?.length ?? 0,
  }),
};

import { PolicyCompiler } from '../../apimachinery/cel/policyCompiler.ts';
import { type FieldError, invalidValue, required } from '../../apimachinery/fieldErrors.ts';
import { parseJsonPath } from '../../apimachinery/jsonPath.ts';
import type { ValidatingAdmissionPolicy } from '../../generated/types.ts';
import { checkSupported } from '../checks.ts';
import { ValidatingAdmissionPolicies } from '../kinds.ts';
import { checkMetaConditions } from '../metaConditions.ts';
import type { Resource } from '../resource.ts';
import { countSpecChange } from './countSpecChange.ts';
import { checkMatchConditions } from './matchConditionValidation.ts';
import { checkMatchConstraints, setMatchDefaults } from './matchResources.ts';
import { policyColumns } from './policyColumns.ts';
import { checkVariables } from './policyExpressions.ts';
import { checkParamKind } from './policyParams.ts';
import { checkAuditAnnotations, checkValidation } from './validationRules.ts';

const FAILURE_POLICIES = ['Fail', 'Ignore'];

/** What is wrong with a policy (`ValidateValidatingAdmissionPolicy`). Its expressions are read: what cannot be read is refused. */
function validate({ metadata, spec }: ValidatingAdmissionPolicy): FieldError[] {
  const errors: FieldError[] = [];
  const { failurePolicy, paramKind, matchConstraints, matchConditions, variables } = spec;
  checkSupported(errors, 'spec.failurePolicy', failurePolicy, FAILURE_POLICIES);
  checkParamKind(errors, 'spec.paramKind', paramKind);
  checkMatchConstraints(errors, 'spec.matchConstraints', matchConstraints);
  checkMatchConditions(errors, 'spec.matchConditions', matchConditions, paramKind !== undefined);
  const compiler = new PolicyCompiler({ hasParams: paramKind !== undefined });
  checkVariables(errors, 'spec.variables', variables, compiler);
  const { validations = [], auditAnnotations = [] } = spec;
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const detail = 'validations or auditAnnotations must contain at least one item';
    errors.push(required('spec.validations', detail), required('spec.auditAnnotations', detail));
  }
  validations.forEach((validation, index) => {
    checkValidation(errors, `spec.validations[${index}]`, validation, compiler);
  });
  checkAuditAnnotations(errors, 'spec.auditAnnotations', auditAnnotations, metadata.name ?? '', compiler);
  return errors;
}

function validateStatus({ status }: ValidatingAdmissionPolicy): FieldError[] {
  const errors: FieldError[] = [];
  status?.typeChecking?.expressionWarnings?.forEach(({ warning, fieldRef = '' }, index) => {
    const field = `status.typeChecking.expressionWarnings[${index}]`;
    if (!warning) errors.push(required(`${field}.warning`));
    if (fieldRef.trim() === '') errors.push(required(`${field}.fieldRef`));
    else if (!parseJsonPath(`.${fieldRef.trim()}`)) {
      errors.push(invalidValue(`${field}.fieldRef`, fieldRef, 'invalid JSONPath'));
    }
  });
  checkMetaConditions(errors, 'status.conditions', status?.conditions);
  return errors;
}

export const validatingAdmissionPolicies: Resource<ValidatingAdmissionPolicy> = {
  ...ValidatingAdmissionPolicies,
  singular: 'validatingadmissionpolicy',
  categories: ['api-extensions'],
  subresources: { status: true },
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
  validateStatusUpdate: validateStatus,
  columns: policyColumns({
    name: 'Validations',
    type: 'integer',
    description: 'How many rules the policy has.',
    cell: ({ spec }) => spec.validations?.length ?? 0,
  }),
};

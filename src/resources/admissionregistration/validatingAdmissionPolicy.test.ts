import { expect, test } from 'vitest';
import { errorMessage } from '../../apimachinery/fieldErrors.ts';
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../../generated/types.ts';
import { validatingAdmissionPolicyBindings } from './policyBinding.ts';
import { validatingAdmissionPolicies } from './validatingAdmissionPolicy.ts';

type Spec = ValidatingAdmissionPolicy['spec'];

const jobs = { apiGroups: ['batch'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['jobs'] };

function told(spec: Spec): string[] {
  const policy = { metadata: { name: 'p' }, spec: structuredClone(spec) };
  validatingAdmissionPolicies.setDefaults!(policy);
  return validatingAdmissionPolicies.validate(policy).map((error) => errorMessage(error));
}

const right: Spec = { matchConstraints: { resourceRules: [jobs] }, validations: [{ expression: 'true' }] };

const cases: Record<string, { spec: Spec; want: string[] }> = {
  'a policy that is right': { spec: {}, want: [] },
  'no rules': {
    spec: { validations: [] },
    want: ['validations', 'auditAnnotations'].map(
      (field) =>
        `spec.${field}: Required value: validations or auditAnnotations must contain at least one item`,
    ),
  },
  'no constraints': {
    spec: { matchConstraints: undefined as never },
    want: ['spec.matchConstraints: Required value'],
  },
  'no resources': {
    spec: { matchConstraints: {} },
    want: ['spec.matchConstraints.resourceRules: Required value'],
  },
  'a resource that is named twice': {
    spec: { matchConstraints: { resourceRules: [{ ...jobs, resourceNames: ['a', 'a', 'b/c'] }] } },
    want: [
      'spec.matchConstraints.resourceRules[0].resourceNames[1]: Duplicate value: "a"',
      `spec.matchConstraints.resourceRules[0].resourceNames[2]: Invalid value: "b/c": may not contain '/'`,
    ],
  },
  'an unknown failure policy': {
    spec: { failurePolicy: 'Maybe' },
    want: ['spec.failurePolicy: Unsupported value: "Maybe": supported values: "Fail", "Ignore"'],
  },
  'an expression that cannot be read': {
    spec: { validations: [{ expression: 'object.spec.replicas <' }] },
    want: [
      `spec.validations[0].expression: Invalid value: "object.spec.replicas <": compilation failed: ERROR: <input>:1:23: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | object.spec.replicas <\n | ......................^`,
    ],
  },
  'an expression that is no condition': {
    spec: { validations: [{ expression: 'object.spec.replicas' }] },
    want: [
      'spec.validations[0].expression: Invalid value: "object.spec.replicas": must evaluate to bool but got dyn',
    ],
  },
  'parameters without a kind of them': {
    spec: { validations: [{ expression: 'params.x == 1' }] },
    want: [
      `spec.validations[0].expression: Invalid value: "params.x == 1": compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')\n | params.x == 1\n | ^`,
    ],
  },
  'parameters with one': {
    spec: {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      validations: [{ expression: 'params.x == 1' }],
    },
    want: [],
  },
  'a kind of parameters that is none': {
    spec: { paramKind: { apiVersion: 'a/b/c', kind: '-' } },
    want: [
      'spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
      `spec.paramKind.kind: Invalid value: "-": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`,
    ],
  },
  'a variable is known to later expressions, with its type': {
    spec: {
      variables: [{ name: 'n', expression: '1' }],
      validations: [{ expression: "variables.n == 'a'" }],
    },
    want: [
      `spec.validations[0].expression: Invalid value: "variables.n == 'a'": compilation failed: ERROR: <input>:1:13: found no matching overload for '_==_' applied to '(int, string)'\n | variables.n == 'a'\n | ............^`,
    ],
  },
  'a variable is not known to earlier ones': {
    spec: {
      variables: [
        { name: 'a', expression: 'variables.b' },
        { name: 'b', expression: '1' },
      ],
    },
    want: [
      `spec.variables[0].expression: Invalid value: "variables.b": compilation failed: ERROR: <input>:1:10: undefined field 'b'\n | variables.b\n | .........^`,
    ],
  },
  'a variable must have a name that can be said': {
    spec: { variables: [{ name: 'a-b', expression: '1' }] },
    want: ['spec.variables[0].name: Invalid value: "a-b": must be a valid CEL identifier'],
  },
  'a message may not ask the authorizer': {
    spec: {
      validations: [{ expression: 'true', messageExpression: "authorizer.path('/a').check('get').reason()" }],
    },
    want: [
      `spec.validations[0].messageExpression: Invalid value: "authorizer.path('/a').check('get').reason()": compilation failed: ERROR: <input>:1:1: undeclared reference to 'authorizer' (in container '')\n | authorizer.path('/a').check('get').reason()\n | ^`,
    ],
  },
  'a message is one line': {
    spec: { validations: [{ expression: 'true', message: 'a\nb' }] },
    want: ['spec.validations[0].message: Invalid value: "a\\nb": must not contain line breaks'],
  },
  'an unknown reason': {
    spec: { validations: [{ expression: 'true', reason: 'Bad' }] },
    want: [
      'spec.validations[0].reason: Unsupported value: "Bad": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"',
    ],
  },
  'what is to be noted is a text': {
    spec: { auditAnnotations: [{ key: 'a', valueExpression: '1' }] },
    want: [
      'spec.auditAnnotations[0].valueExpression: Invalid value: "1": must evaluate to one of [string null_type] but got int',
    ],
  },
  'conditions have names of their own': {
    spec: {
      matchConditions: [
        { name: 'a', expression: 'true' },
        { name: 'a', expression: '' },
      ],
    },
    want: [
      'spec.matchConditions[1].expression: Required value',
      'spec.matchConditions[1].name: Duplicate value: "a"',
    ],
  },
};
for (const [name, { spec, want }] of Object.entries(cases)) {
  test(name, () => expect(told({ ...right, ...spec })).toEqual(want));
}

type BindingSpec = ValidatingAdmissionPolicyBinding['spec'];

const bindingErrors = (spec: BindingSpec) =>
  validatingAdmissionPolicyBindings
    .validate({ metadata: { name: 'b' }, spec })
    .map((error) => errorMessage(error));

const bindings: Record<string, { spec: Partial<BindingSpec>; want: string[] }> = {
  'a binding that is right': { spec: {}, want: [] },
  'a binding of nothing': { spec: { policyName: '' }, want: ['spec.policyName: Required value'] },
  'a binding that does nothing': {
    spec: { validationActions: [] },
    want: ['spec.validationActions: Required value: at least one validation action is required'],
  },
  'a binding that does what is not known': {
    spec: { validationActions: ['Log'] },
    want: ['spec.validationActions[0]: Unsupported value: "Log": supported values: "Audit", "Deny", "Warn"'],
  },
  'a binding that warns of what it denies': {
    spec: { validationActions: ['Deny', 'Warn'] },
    want: [
      'spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
    ],
  },
  'parameters by nothing': {
    spec: { paramRef: {} },
    want: [
      'spec.paramRef: Required value: one of name or selector must be specified',
      'spec.paramRef.parameterNotFoundAction: Required value',
    ],
  },
  'parameters by name and labels': {
    spec: { paramRef: { name: 'a', selector: {}, parameterNotFoundAction: 'Deny' } },
    want: ['name', 'selector'].map(
      (field) => `spec.paramRef.${field}: Forbidden: name and selector are mutually exclusive`,
    ),
  },
};
for (const [name, { spec, want }] of Object.entries(bindings)) {
  test(name, () =>
    expect(bindingErrors({ policyName: 'p', validationActions: ['Deny'], ...spec })).toEqual(want),
  );
}

test('columns say what a policy is about', () => {
  const policy: ValidatingAdmissionPolicy = {
    metadata: { name: 'p' },
    spec: { ...right, paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } },
  };
  const cells = validatingAdmissionPolicies.columns
    .slice(0, 3)
    .map((column) => column.cell(policy, 0 as never));
  expect(cells).toEqual(['p', 1, 'v1/ConfigMap']);
  const binding: ValidatingAdmissionPolicyBinding = {
    metadata: { name: 'b' },
    spec: { policyName: 'p', paramRef: { name: 'small' }, validationActions: ['Deny'] },
  };
  const row = validatingAdmissionPolicyBindings.columns
    .slice(0, 3)
    .map((column) => column.cell(binding, 0 as never));
  expect(row).toEqual(['b', 'p', '*/small']);
});

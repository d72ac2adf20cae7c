import { expect, test } from 'vitest';
import {
  ClusterRoleBindings,
  ClusterRoles,
  ValidatingAdmissionPolicies,
  ValidatingAdmissionPolicyBindings,
  ValidatingWebhookConfigurations,
} from '../../../resources/kinds.ts';
import { outcome, startAdmission } from '../testing.ts';
import { binding, policy } from './testing/policies.ts';

const withParams = policy({
  paramKind: { apiVersion: 'v1', kind: 'Secret' },
  validations: [{ expression: 'true', messageExpression: 'string(params.data)' }],
});
const bound = binding({ paramRef: { name: 'key', namespace: 'default', parameterNotFoundAction: 'Deny' } });

async function cluster() {
  const { client, as } = await startAdmission();
  const allow = async (resources: string[]) => {
    const name = resources[0]!;
    await client.create(ClusterRoles, {
      metadata: { name },
      rules: [{ apiGroups: [''], resources, verbs: ['get'] }],
    });
    await client.create(ClusterRoleBindings, {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jane' }],
    });
  };
  return { client, jane: as('jane', 'dev'), allow };
}

test('who may not read the parameters makes no policy of them', async () => {
  const { jane, allow } = await cluster();
  expect(await outcome(jane.create(ValidatingAdmissionPolicies, withParams))).toBe(
    '422 Invalid: ValidatingAdmissionPolicy.admissionregistration.k8s.io "limits" is invalid: spec.paramKind: Forbidden: user &{jane  [dev system:authenticated] map[]} must have "get" permission on all objects of the referenced paramKind (kind=Secret, apiVersion=v1)',
  );
  await allow(['secrets']);
  expect(await outcome(jane.create(ValidatingAdmissionPolicies, withParams))).toBe('done');
});

test('nor binds one to them', async () => {
  const { client, jane, allow } = await cluster();
  await client.create(ValidatingAdmissionPolicies, withParams);
  expect(await outcome(jane.create(ValidatingAdmissionPolicyBindings, bound))).toBe(
    '422 Invalid: ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io "everywhere" is invalid: spec.paramRef: Forbidden: user &{jane  [dev system:authenticated] map[]} does not have "get" permission on the object referenced by paramRef',
  );
  await allow(['secrets']);
  const created = await jane.create(ValidatingAdmissionPolicyBindings, bound);
  expect(created.metadata.name).toBe('everywhere');
});

test('what was bound by somebody else may be changed otherwise', async () => {
  const { client, jane } = await cluster();
  await client.create(ValidatingAdmissionPolicies, withParams);
  const created = await client.create(ValidatingAdmissionPolicyBindings, bound);
  const softer = { ...created, spec: { ...created.spec, validationActions: ['Warn'] } };
  expect(await outcome(jane.update(ValidatingAdmissionPolicyBindings, softer))).toBe('done');
});

test('configurations of webhooks have no parameters', async () => {
  const { jane } = await cluster();
  expect(await outcome(jane.create(ValidatingWebhookConfigurations, { metadata: { name: 'none' } }))).toBe(
    'done',
  );
});

import { expect, test } from 'vitest';
import { errorMessage } from '../../apimachinery/fieldErrors.ts';
import type { PolicyRule, RoleBinding } from '../../generated/types.ts';
import { cellsOf } from '../testing/cells.ts';
import { clusterRoleBindings } from './clusterRoleBinding.ts';
import { roles } from './role.ts';
import { roleBindings } from './roleBinding.ts';

const RBAC = 'rbac.authorization.k8s.io';
const metadata = { name: 'system:x', namespace: 'default' };

const rules: [string, PolicyRule, string[]][] = [
  ['a rule about resources is right', { verbs: ['get'], apiGroups: [''], resources: ['pods'] }, []],
  [
    'a rule says which verbs',
    { verbs: [], apiGroups: [''], resources: ['pods'] },
    ['rules[0].verbs: Required value: verbs must contain at least one value'],
  ],
  [
    'a rule says of which group',
    { verbs: ['get'], resources: ['pods'] },
    ['rules[0].apiGroups: Required value: resource rules must supply at least one api group'],
  ],
  [
    'a role has no say on URLs',
    { verbs: ['get'], nonResourceURLs: ['/healthz'] },
    [
      'rules[0].nonResourceURLs: Invalid value: ["/healthz"]: namespaced rules cannot apply to non-resource URLs',
    ],
  ],
];
for (const [name, rule, want] of rules) {
  test(name, () =>
    expect(roles.validate({ metadata, rules: [rule] }).map((error) => errorMessage(error))).toEqual(want),
  );
}

const binding = (): RoleBinding => ({
  metadata,
  roleRef: { kind: 'Role', name: 'reader', apiGroup: '' },
  subjects: [
    { kind: 'User', name: 'ann' },
    { kind: 'Group', name: 'devs' },
    { kind: 'ServiceAccount', name: 'bot', namespace: 'ci' },
  ],
});

test('groups are filled in, and the binding is right', () => {
  const given = binding();
  roleBindings.setDefaults!(given);
  expect([given.roleRef.apiGroup, ...given.subjects!.map(({ apiGroup }) => apiGroup)]).toEqual([
    RBAC,
    RBAC,
    RBAC,
    undefined,
  ]);
  expect(roleBindings.validate(given)).toEqual([]);
});

test('a cluster role binding grants cluster roles', () => {
  const given = binding();
  roleBindings.setDefaults!(given);
  expect(clusterRoleBindings.validate(given).map((error) => errorMessage(error))).toEqual([
    'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
  ]);
});

test('what a binding grants stays', () => {
  const stored = binding();
  roleBindings.setDefaults!(stored);
  const next = { ...stored, roleRef: { ...stored.roleRef, name: 'writer' } };
  expect(roleBindings.validateUpdate(next, stored).map(({ field, detail }) => `${field}: ${detail}`)).toEqual(
    ['roleRef: cannot change roleRef'],
  );
});

test('a binding’s columns list its subjects by kind', () => {
  expect(cellsOf(roleBindings, binding())).toMatchObject({
    Role: 'Role/reader',
    Users: 'ann',
    Groups: 'devs',
    ServiceAccounts: 'ci/bot',
  });
});

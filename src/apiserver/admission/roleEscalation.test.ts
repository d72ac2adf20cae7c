import { beforeEach, expect, test } from 'vitest';
import type { PolicyRule } from '../../generated/types.ts';
import { ClusterRoleBindings, ClusterRoles, RoleBindings, Roles } from '../../resources/kinds.ts';
import { outcome, startAdmission } from './testing.ts';

const API = 'rbac.authorization.k8s.io';
const readPods: PolicyRule = { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'] };
const readSecrets: PolicyRule = { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] };
const everything: PolicyRule = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };

let api: Awaited<ReturnType<typeof startAdmission>>;
let anna: ReturnType<typeof api.as>;

beforeEach(async () => {
  api = await startAdmission();
  anna = api.as('anna');
  await clusterRole('readers', readPods);
  await clusterRole('root', everything);
  await give('readers', 'anna');
});

const clusterRole = (name: string, ...rules: PolicyRule[]) =>
  api.client.create(ClusterRoles, { metadata: { name }, rules });
const binding = (role: string, user: string) => ({
  metadata: { name: `${role}-${user}` },
  roleRef: { apiGroup: API, kind: 'ClusterRole', name: role },
  subjects: [{ apiGroup: API, kind: 'User', name: user }],
});
const give = (role: string, user: string) => api.client.create(ClusterRoleBindings, binding(role, user));
const mine = (...rules: PolicyRule[]) => ({ metadata: { name: 'mine', namespace: 'default' }, rules });

const forbidden = (what: string, why: string) => `403 Forbidden: ${what} is forbidden: ${why}`;
const notHeld = (lines: string) =>
  `user "anna" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n${lines}`;

const cases: Record<string, { attempt: () => Promise<unknown>; want: string }> = {
  'a role may have what its maker has': {
    attempt: () => anna.create(Roles, mine({ ...readPods, resourceNames: ['web'] })),
    want: 'done',
  },
  'and no more': {
    attempt: () =>
      anna.create(
        Roles,
        mine(readPods, readSecrets, { ...readPods, verbs: ['delete'], resources: ['pods'] }),
      ),
    want: forbidden(
      `roles.${API} "mine"`,
      notHeld(
        '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}\n{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}',
      ),
    ),
  },
  'stars are more': {
    attempt: () => anna.create(ClusterRoles, { metadata: { name: 'all' }, rules: [everything] }),
    want: forbidden(`clusterroles.${API} "all"`, notHeld('{APIGroups:["*"], Resources:["*"], Verbs:["*"]}')),
  },
  'an aggregated role would gather more': {
    attempt: () =>
      anna.create(ClusterRoles, {
        metadata: { name: 'all' },
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] },
      }),
    want: forbidden(
      `clusterroles.${API} "all"`,
      'must have cluster-admin privileges to use an aggregationRule',
    ),
  },
  'a binding may give what its maker has': {
    attempt: () => anna.create(ClusterRoleBindings, binding('readers', 'bob')),
    want: 'done',
  },
  'a binding gives no more': {
    attempt: () => anna.create(ClusterRoleBindings, binding('root', 'anna')),
    want: forbidden(
      `clusterrolebindings.${API} "root-anna"`,
      notHeld('{APIGroups:["*"], Resources:["*"], Verbs:["*"]}'),
    ),
  },
  'nobody can tell what a missing role gives': {
    attempt: () =>
      anna.create(RoleBindings, {
        ...binding('gone', 'anna'),
        metadata: { name: 'b', namespace: 'default' },
      }),
    want: `404 NotFound: clusterrole.${API} "gone" not found`,
  },
  'a change of something else is free': {
    attempt: () =>
      anna.patch(
        ClusterRoles,
        { name: 'root' },
        { type: 'merge', body: { metadata: { labels: { a: 'b' } } } },
      ),
    want: 'done',
  },
  'a change of the rules is not': {
    attempt: () =>
      anna.patch(ClusterRoles, { name: 'readers' }, { type: 'merge', body: { rules: [readSecrets] } }),
    want: forbidden(
      `clusterroles.${API} "readers"`,
      notHeld('{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}'),
    ),
  },
};
for (const [name, { attempt, want }] of Object.entries(cases)) {
  test(name, async () => expect(await outcome(attempt())).toBe(want));
}

test('who has the verbs escalate and bind may give what he has not', async () => {
  await clusterRole('managers', { apiGroups: [API], resources: ['*'], verbs: ['escalate', 'bind'] });
  await give('managers', 'anna');
  expect(await outcome(anna.create(Roles, mine(readSecrets)))).toBe('done');
  expect(await outcome(anna.create(ClusterRoleBindings, binding('root', 'anna')))).toBe('done');
});

import { beforeAll, expect, test } from 'vitest';
import type { PolicyRule, RbacV1Subject } from '../../../generated/types.ts';
import { ClusterRoleBindings, ClusterRoles, RoleBindings, Roles } from '../../../resources/kinds.ts';
import { startRegistry } from '../../testing/registry.ts';
import type { Attributes } from '../authorizer.ts';
import { RbacAuthorizer } from './rbac.ts';

const API = 'rbac.authorization.k8s.io';
const anna = { name: 'anna', groups: ['developers', 'system:authenticated'] };
const stranger = { name: 'stranger', groups: ['system:authenticated'] };
const robot = { name: 'system:serviceaccount:default:robot', groups: [] };

const user = (name: string): RbacV1Subject => ({ apiGroup: API, kind: 'User', name });
const group = (name: string): RbacV1Subject => ({ apiGroup: API, kind: 'Group', name });

/** `get apps/deployments/scale default/web`: the core group is left out, and `-` is the whole cluster. */
function request(text: string): Attributes {
  const [verb = '', what = '', where = '-'] = text.split(' ');
  if (what.startsWith('/')) return { verb, path: what };
  const [plural = '', subresource = ''] = what.replace(/^[a-z]+:/, '').split('/');
  const [namespace = '', name = ''] = where.replace(/^-/, '').split('/');
  return {
    verb,
    resource: { group: /^([a-z]+):/.exec(what)?.[1] ?? '', plural, subresource, namespace, name },
  };
}

let client: Awaited<ReturnType<typeof startRegistry>>['client'];
let rbac: RbacAuthorizer;

beforeAll(async () => {
  const api = await startRegistry();
  client = api.client;
  rbac = new RbacAuthorizer(api.store);
});

const clusterRole = (name: string, ...rules: PolicyRule[]) =>
  client.create(ClusterRoles, { metadata: { name }, rules });

const bindAll = (name: string, role: string, ...subjects: RbacV1Subject[]) =>
  client.create(ClusterRoleBindings, {
    metadata: { name },
    roleRef: { apiGroup: API, kind: 'ClusterRole', name: role },
    subjects,
  });

const bindIn = (kind: string, role: string, ...subjects: RbacV1Subject[]) =>
  client.create(RoleBindings, {
    metadata: { name: role, namespace: 'default' },
    roleRef: { apiGroup: API, kind, name: role },
    subjects,
  });

const mayAnna = (text: string) => rbac.authorize(anna, request(text)).isAllowed;

const rules: Record<string, { rule: PolicyRule; allows: string[]; refuses: string[] }> = {
  'a rule allows its verbs on its resources of its groups': {
    rule: { verbs: ['get', 'list'], apiGroups: ['apps'], resources: ['deployments'] },
    allows: ['get apps:deployments default/web', 'list apps:deployments'],
    refuses: ['delete apps:deployments default/web', 'get deployments default/web', 'get apps:replicasets'],
  },
  'a resource does not include its subresources': {
    rule: { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
    allows: ['get pods default/web'],
    refuses: ['get pods/log default/web'],
  },
  'a subresource is named after its resource': {
    rule: { verbs: ['get'], apiGroups: [''], resources: ['pods/log'] },
    allows: ['get pods/log default/web'],
    refuses: ['get pods default/web', 'get pods/status default/web'],
  },
  'a star before a subresource stands for all resources': {
    rule: { verbs: ['update'], apiGroups: ['*'], resources: ['*/scale'] },
    allows: ['update apps:deployments/scale default/web', 'update x:gadgets/scale default/web'],
    refuses: ['update apps:deployments default/web'],
  },
  'stars allow everything but paths': {
    rule: { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    allows: ['get pods/log default/web', 'approve x:gadgets', '* *'],
    refuses: ['get /metrics'],
  },
  'resource names leave out all others, and collections': {
    rule: { verbs: ['*'], apiGroups: [''], resources: ['secrets'], resourceNames: ['mine'] },
    allows: ['get secrets default/mine'],
    refuses: ['get secrets default/yours', 'list secrets default'],
  },
  'paths are exact, or end in a star': {
    rule: { verbs: ['get'], nonResourceURLs: ['/metrics', '/logs/*'] },
    allows: ['get /metrics', 'get /logs/a/b', 'get /logs/'],
    refuses: ['get /metrics/', 'get /logs', 'post /metrics', 'get pods'],
  },
};
for (const [name, { rule, allows, refuses }] of Object.entries(rules)) {
  test(name, async () => {
    await clusterRole('tried', rule);
    await bindAll('tried', 'tried', user('anna'));
    expect(allows.filter((text) => !mayAnna(text))).toEqual([]);
    expect(refuses.filter(mayAnna)).toEqual([]);
    await client.delete(ClusterRoles, { name: 'tried' });
    await client.delete(ClusterRoleBindings, { name: 'tried' });
    expect(allows.filter(mayAnna)).toEqual([]);
  });
}

const readPods: PolicyRule = { verbs: ['get'], apiGroups: [''], resources: ['pods'] };

test('who is allowed what is told with the binding that allows it', async () => {
  await clusterRole('reader', readPods);
  await bindAll('readers', 'reader', group('developers'));
  expect(rbac.authorize(anna, request('get pods other/web'))).toEqual({
    isAllowed: true,
    reason: 'RBAC: allowed by ClusterRoleBinding "readers" of ClusterRole "reader" to Group "developers"',
  });
  expect(rbac.authorize(stranger, request('get pods other/web'))).toEqual({ isAllowed: false });
});

test('a role binding gives a role in its namespace alone', async () => {
  await client.create(Roles, {
    metadata: { name: 'local', namespace: 'default' },
    rules: [{ ...readPods, verbs: ['list'] }],
  });
  await bindIn('Role', 'local', { kind: 'ServiceAccount', name: 'robot', namespace: 'default' });
  expect(rbac.authorize(robot, request('list pods default'))).toEqual({
    isAllowed: true,
    reason: 'RBAC: allowed by RoleBinding "local/default" of Role "local" to ServiceAccount "robot/default"',
  });
  expect(rbac.authorize(robot, request('list pods other')).isAllowed).toBe(false);
  expect(rbac.authorize(robot, request('list pods')).isAllowed).toBe(false);
});

test('a role that is missing is named, and works once it is there', async () => {
  await bindIn('ClusterRole', 'later', user('late'));
  const late = { name: 'late', groups: [] };
  expect(rbac.authorize(late, request('get pods default/web'))).toEqual({
    isAllowed: false,
    reason: 'RBAC: clusterrole.rbac.authorization.k8s.io "later" not found',
  });
  await clusterRole('later', readPods);
  expect(rbac.authorize(late, request('get pods default/web')).isAllowed).toBe(true);
});

test('an aggregated role has the rules of the roles that it selects, as they come and go', async () => {
  const ada = { name: 'ada', groups: [] };
  const mayAda = (text: string) => rbac.authorize(ada, request(text)).isAllowed;
  const aggregate = (name: string, labels: Record<string, string>, from: string) =>
    client.create(ClusterRoles, {
      metadata: { name, labels },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { to: from } }] },
    });
  await aggregate('outer', {}, 'outer');
  await aggregate('inner', { to: 'outer' }, 'inner');
  await bindAll('ada', 'outer', user('ada'));
  expect(mayAda('get pods default/web')).toBe(false);
  await client.create(ClusterRoles, {
    metadata: { name: 'part', labels: { to: 'inner' } },
    rules: [readPods],
  });
  expect(mayAda('get pods default/web')).toBe(true);
  await client.delete(ClusterRoles, { name: 'part' });
  expect(mayAda('get pods default/web')).toBe(false);
});

test('a binding that changes its subjects forgets the old ones', async () => {
  await bindAll('moving', 'reader', user('first'));
  await client.patch(
    ClusterRoleBindings,
    { name: 'moving' },
    {
      type: 'merge',
      body: { subjects: [user('second')] },
    },
  );
  const may = (name: string) =>
    rbac.authorize({ name, groups: [] }, request('get pods default/web')).isAllowed;
  expect([may('first'), may('second')]).toEqual([false, true]);
});

import { expect, test } from 'vitest';
import { ClusterRoleBindings, ClusterRoles, Namespaces } from '../../../resources/kinds.ts';
import { anonymous, type User } from '../../authentication/user.ts';
import { namespace, startRegistry } from '../../testing/registry.ts';
import type { Attributes } from '../authorizer.ts';
import { createAuthorizer } from '../authorizerChain.ts';
import { clusterRoleBinding, userSubject } from './bindings.ts';
import { ensureBootstrapPolicy } from './ensureBootstrapPolicy.ts';

async function startPolicy() {
  const api = await startRegistry();
  await api.client.create(Namespaces, namespace('kube-public'));
  await ensureBootstrapPolicy(api.client);
  return { ...api, authorizer: createAuthorizer(api.registry) };
}

const path = (url: string): Attributes => ({ verb: 'get', path: url });

function request(verb: string, what: string, where = '', name = ''): Attributes {
  const [resource = '', subresource = ''] = what.split('/');
  const [plural = '', ...group] = resource.split('.');
  return { verb, resource: { group: group.join('.'), plural, subresource, namespace: where, name } };
}

const user = (name: string, ...groups: string[]): User => ({
  name,
  groups: [...groups, 'system:authenticated'],
});
const joining = user('system:bootstrap:abcdef', 'system:bootstrappers:kubeadm:default-node-token');
const csrs = 'certificatesigningrequests.certificates.k8s.io';

const decisions: Record<string, { who: User; may: Attributes[]; mayNot?: Attributes[] }> = {
  'system:masters may do anything': {
    who: user('root', 'system:masters'),
    may: [request('delete', 'nodes', '', 'n1'), path('/metrics'), request('approve', 'x.y')],
  },
  'those of kubeadm:cluster-admins may, too': {
    who: user('admin', 'kubeadm:cluster-admins'),
    may: [request('delete', 'nodes', '', 'n1'), path('/metrics')],
  },
  'whoever has signed in finds out what there is, and about himself': {
    who: user('anna'),
    may: [path('/apis/apps/v1'), request('create', 'selfsubjectaccessreviews.authorization.k8s.io')],
    mayNot: [path('/metrics'), request('list', 'pods', 'default'), request('get', 'nodes', '', 'n1')],
  },
  'anybody sees the health, the version and the way to join': {
    who: anonymous,
    may: [
      path('/healthz'),
      path('/livez'),
      path('/readyz'),
      path('/version'),
      request('get', 'configmaps', 'kube-public', 'cluster-info'),
    ],
    mayNot: [
      path('/api'),
      request('list', 'configmaps', 'kube-public'),
      request('get', 'configmaps', 'kube-system', 'cluster-info'),
    ],
  },
  'a machine that joins asks for a certificate': {
    who: joining,
    may: [request('create', csrs), request('get', csrs, '', 'csr'), request('get', 'nodes', '', 'n1')],
    mayNot: [request('update', `${csrs}/approval`, '', 'csr'), request('list', 'secrets', 'default')],
  },
  'a node finds the way to the pods of the others': {
    who: user('system:node:n1', 'system:nodes'),
    may: [request('list', 'nodes'), request('watch', 'nodes')],
    mayNot: [request('delete', 'nodes', '', 'n2'), request('list', 'secrets', 'default')],
  },
  'the scheduler binds pods': {
    who: user('system:kube-scheduler'),
    may: [request('create', 'pods/binding', 'default', 'web'), request('watch', 'nodes')],
    mayNot: [request('get', 'secrets', 'default', 'a')],
  },
};
for (const [name, { who, may, mayNot = [] }] of Object.entries(decisions)) {
  test(name, async () => {
    const { authorizer } = await startPolicy();
    const isAllowed = (attributes: Attributes) => authorizer.authorize(who, attributes).isAllowed;
    expect(may.filter((attributes) => !isAllowed(attributes))).toEqual([]);
    expect(mayNot.filter(isAllowed)).toEqual([]);
  });
}

const roles: Record<string, { may: Attributes[]; mayNot: Attributes[] }> = {
  view: {
    may: [request('list', 'pods', 'default'), request('get', 'pods/log', 'default', 'web')],
    mayNot: [request('get', 'secrets', 'default', 'a'), request('delete', 'pods', 'default', 'web')],
  },
  edit: {
    may: [request('get', 'secrets', 'default', 'a'), request('create', 'cronjobs.batch', 'default')],
    mayNot: [request('create', 'roles.rbac.authorization.k8s.io', 'default')],
  },
  admin: {
    may: [
      request('create', 'roles.rbac.authorization.k8s.io', 'default'),
      request('list', 'pods', 'default'),
    ],
    mayNot: [request('delete', 'nodes', '', 'n1')],
  },
};
for (const [role, { may, mayNot }] of Object.entries(roles)) {
  test(`who has the role ${role} may do what it gathers`, async () => {
    const { client, authorizer } = await startPolicy();
    await client.create(
      ClusterRoleBindings,
      clusterRoleBinding({ name: 'anna' }, role, [userSubject('anna')]),
    );
    const isAllowed = (attributes: Attributes) => authorizer.authorize(user('anna'), attributes).isAllowed;
    expect(may.filter((attributes) => !isAllowed(attributes))).toEqual([]);
    expect(mayNot.filter(isAllowed)).toEqual([]);
  });
}

test('a second start changes nothing, and brings back what is missing', async () => {
  const { client, store } = await startPolicy();
  await client.patch(
    ClusterRoles,
    { name: 'view' },
    { type: 'merge', body: { metadata: { labels: { a: 'b' } } } },
  );
  const { revision } = store;
  await ensureBootstrapPolicy(client);
  expect(store.revision).toBe(revision);
  await client.delete(ClusterRoles, { name: 'edit' });
  await ensureBootstrapPolicy(client);
  expect((await client.get(ClusterRoles, { name: 'edit' })).rules?.length).toBeGreaterThan(0);
});

test('the rules of a user are those of everything that he was given', async () => {
  const { authorizer } = await startPolicy();
  const { rules, errors } = authorizer.rulesFor(joining, 'default');
  expect(rules).toContainEqual({ apiGroups: [''], resources: ['nodes'], verbs: ['get'] });
  expect(errors).toEqual([]);
});

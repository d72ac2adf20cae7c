import { beforeAll, expect, test } from 'vitest';
import type { PodSpec } from '../../../generated/types.ts';
import { Pods } from '../../../resources/kinds.ts';
import { pod, startRegistry } from '../../testing/registry.ts';
import type { Attributes, Decision } from '../authorizer.ts';
import { NodeAuthorizer } from './nodeAuthorizer.ts';

const n1 = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] };

const spec: Partial<PodSpec> = {
  nodeName: 'n1',
  serviceAccountName: 'robot',
  imagePullSecrets: [{ name: 'pull' }],
  initContainers: [{ name: 'init', image: 'a', envFrom: [{ secretRef: { name: 'init' } }] }],
  containers: [
    {
      name: 'main',
      image: 'a',
      env: [
        { name: 'A', valueFrom: { secretKeyRef: { name: 'env', key: 'k' } } },
        { name: 'B', valueFrom: { configMapKeyRef: { name: 'env', key: 'k' } } },
      ],
    },
  ],
  volumes: [
    { name: 'a', secret: { secretName: 'volume' } },
    { name: 'b', configMap: { name: 'volume' } },
    { name: 'c', projected: { sources: [{ secret: { name: 'projected' } }] } },
  ],
};

let client: Awaited<ReturnType<typeof startRegistry>>['client'];
let authorizer: NodeAuthorizer;

beforeAll(async () => {
  const api = await startRegistry();
  client = api.client;
  authorizer = new NodeAuthorizer(api.store);
  await client.create(Pods, pod('mine', spec));
  await client.create(Pods, pod('other', { nodeName: 'n2', serviceAccountName: 'other' }));
  await client.create(Pods, pod('unbound', {}));
});

/** `get secrets default/mine`: `-` is the whole cluster, and what follows a `?` the field selector. */
function request(text: string): Attributes {
  const [rest = '', fieldSelector] = text.split('?');
  const [verb = '', what = '', where = '-'] = rest.split(' ');
  if (what.startsWith('/')) return { verb, path: what };
  const [plural = '', subresource = ''] = what.split('/');
  const [namespace = '', name = ''] = where.replace(/^-/, '').split('/');
  const group = GROUPS[plural] ?? '';
  return { verb, resource: { group, plural, subresource, namespace, name, fieldSelector } };
}
const GROUPS: Record<string, string> = {
  leases: 'coordination.k8s.io',
  certificatesigningrequests: 'certificates.k8s.io',
};

const decide = (text: string): Decision => authorizer.authorize(n1, request(text));

const allowed: Record<string, string[]> = {
  'its own node, which it reads and writes': [
    'get nodes -/n1',
    'watch nodes -/n1',
    'create nodes',
    'patch nodes/status -/n1',
  ],
  'the pods that are bound to it': [
    'get pods default/mine',
    'list pods -?spec.nodeName=n1',
    'watch pods -?status.phase!=Failed,spec.nodeName==n1',
    'patch pods/status default/mine',
    'delete pods default/mine',
    'create pods/eviction default/mine',
  ],
  'the secrets that these pods name': [
    'get secrets default/pull',
    'get secrets default/init',
    'get secrets default/env',
    'watch secrets default/volume',
    'list secrets default/projected',
  ],
  'the config maps that they name': ['get configmaps default/env', 'get configmaps default/volume'],
  'tokens of their accounts': ['create serviceaccounts/token default/robot'],
  'its lease': ['create leases kube-node-lease', 'update leases kube-node-lease/n1'],
  'what is the same for all nodes': [
    'list services',
    'create events default',
    'create certificatesigningrequests',
    'get certificatesigningrequests -/csr-1',
  ],
};
for (const [name, requests] of Object.entries(allowed)) {
  test(`a node may have ${name}`, () => {
    expect(requests.filter((text) => !decide(text).isAllowed)).toEqual([]);
  });
}

const unrelated = "no relationship found between node 'n1' and this object";
const refused: Record<string, { request: string; why?: string }> = {
  'another node': { request: 'get nodes -/n2', why: "node 'n1' cannot read 'n2', only its own Node object" },
  'all nodes': { request: 'list nodes', why: "node 'n1' cannot read all nodes, only its own Node object" },
  'to delete its node': { request: 'delete nodes -/n1' },
  'the pods of another': { request: 'get pods default/other', why: unrelated },
  'pods that are bound to none': { request: 'get pods default/unbound', why: unrelated },
  'all pods': {
    request: 'watch pods',
    why: 'can only list/watch pods with spec.nodeName field selector',
  },
  'the pods of another by selector': {
    request: 'list pods -?spec.nodeName=n2',
    why: 'can only list/watch pods with spec.nodeName field selector',
  },
  'to write pods': { request: 'update pods default/mine' },
  'to run commands in pods': { request: 'create pods/exec default/mine' },
  'secrets that no pod of its names': { request: 'get secrets default/else', why: unrelated },
  'secrets of the same name elsewhere': { request: 'get secrets kube-system/env', why: unrelated },
  'all secrets': { request: 'list secrets default', why: 'No Object name found' },
  'the secrets of all namespaces': {
    request: 'list secrets',
    why: 'can only read namespaced object of this type',
  },
  'to write secrets': { request: 'update secrets default/env', why: 'can only read resources of this type' },
  "tokens of other pods' accounts": {
    request: 'create serviceaccounts/token default/other',
    why: unrelated,
  },
  'accounts themselves': {
    request: 'get serviceaccounts default/robot',
    why: 'can only create tokens for individual service accounts',
  },
  "another node's lease": {
    request: 'update leases kube-node-lease/n2',
    why: 'can only access node lease with the same name as the requesting node',
  },
  'leases elsewhere': {
    request: 'get leases default/n1',
    why: 'can only access leases in the "kube-node-lease" system namespace',
  },
  'what nobody gave it': { request: 'get configmaps/x default/env', why: 'cannot read subresource' },
  paths: { request: 'get /metrics' },
};
for (const [name, { request, why }] of Object.entries(refused)) {
  test(`a node may not have ${name}`, () => {
    expect(decide(request)).toEqual({ isAllowed: false, ...(why && { reason: why }) });
  });
}

test('only whoever is in the group of nodes is one, and says which', () => {
  const as = (name: string, ...groups: string[]) =>
    authorizer.authorize({ name, groups }, request('get nodes -/n1'));
  expect(as('system:node:n1')).toEqual({ isAllowed: false });
  expect(as('n1', 'system:nodes')).toEqual({ isAllowed: false });
  expect(as('system:node:', 'system:nodes').reason).toBe('unknown node for user "system:node:"');
});

test('a secret goes with the last pod that names it', async () => {
  const reads = () => decide('get secrets default/late').isAllowed;
  expect(reads()).toBe(false);
  const volumes = [{ name: 'v', secret: { secretName: 'late' } }];
  await client.create(Pods, pod('late', { nodeName: 'n1', volumes }));
  expect(reads()).toBe(true);
  await client.delete(Pods, { name: 'late', namespace: 'default' }, { gracePeriodSeconds: 0 });
  expect(reads()).toBe(false);
});

test('a mirror pod, which the node makes itself, gives it nothing', async () => {
  const volumes = [{ name: 'v', secret: { secretName: 'wanted' } }];
  const annotations = { 'kubernetes.io/config.mirror': 'x' };
  await client.create(Pods, pod('mirror', { nodeName: 'n1', volumes }, { annotations }));
  expect(decide('get secrets default/wanted').isAllowed).toBe(false);
});

import { beforeEach, expect, test } from 'vitest';
import type { Node, Pod, PodSpec } from '../../generated/types.ts';
import { Leases, Namespaces, Nodes, Pods, ServiceAccounts } from '../../resources/kinds.ts';
import { namespace, pod } from '../testing/registry.ts';
import { outcome, startAdmission } from './testing.ts';

let api: Awaited<ReturnType<typeof startAdmission>>;
let node: ReturnType<typeof api.asNode>;
let uids: Record<string, string>;

beforeEach(async () => {
  api = await startAdmission();
  node = api.asNode('n1');
  const { client } = api;
  await client.create(Namespaces, namespace('kube-node-lease'));
  const made = [
    await client.create(Nodes, { metadata: { name: 'n1', labels: { color: 'red' } }, spec: {} }),
    await client.create(Pods, pod('mine', { nodeName: 'n1' })),
    await client.create(Pods, pod('other', { nodeName: 'n2' })),
  ];
  uids = Object.fromEntries(made.map(({ metadata }) => [metadata.name!, metadata.uid!]));
});

const at = (name: string) => ({ name, namespace: 'default' });
const merge = (body: object) => ({ type: 'merge', body }) as const;
const newNode = (name: string, labels = {}): Node => ({ metadata: { name, labels }, spec: {} });
const lease = (name: string, home = 'kube-node-lease') => ({ metadata: { name, namespace: home }, spec: {} });
const token = (bound?: object) =>
  node.createSubresource(ServiceAccounts, at('default'), 'token', {
    metadata: {},
    spec: { audiences: [], ...(bound && { boundObjectRef: bound }) },
  } as never);

function mirror(rest: Partial<PodSpec> = {}, owner: object = {}): Pod {
  const ownerReferences = [
    { apiVersion: 'v1', kind: 'Node', name: 'n1', uid: uids.n1!, controller: true, ...owner },
  ];
  const annotations = { 'kubernetes.io/config.mirror': 'x' };
  return pod('static', { nodeName: 'n1', ...rest }, { annotations, ownerReferences });
}

const mine = 'pods "mine" is forbidden: ';
const other = 'pods "other" is forbidden: ';
const statik = 'pods "static" is forbidden: ';
const status = { subresource: 'status' } as const;

const cases: Record<string, { attempt: () => Promise<unknown>; want: string }> = {
  'it reports the status of its pods': {
    attempt: () => node.patch(Pods, at('mine'), merge({ status: { phase: 'Running' } }), status),
    want: 'done',
  },
  'and of no others': {
    attempt: () => node.patch(Pods, at('other'), merge({ status: { phase: 'Running' } }), status),
    want: `${other}node "n1" can only update pod status for pods with spec.nodeName set to itself`,
  },
  'it does not label them meanwhile': {
    attempt: () => node.patch(Pods, at('mine'), merge({ metadata: { labels: { a: 'b' } } }), status),
    want: `${mine}node "n1" cannot update labels through pod status`,
  },
  'it does not change pods': {
    attempt: () => node.patch(Pods, at('mine'), merge({ metadata: { labels: { a: 'b' } } })),
    want: `${mine}unexpected operation "UPDATE", node "n1" can only create and delete mirror pods`,
  },
  'it deletes its pods': {
    attempt: () => node.delete(Pods, at('mine'), { gracePeriodSeconds: 0 }),
    want: 'done',
  },
  'it deletes no others': {
    attempt: () => node.delete(Pods, at('other')),
    want: `${other}node "n1" can only delete pods with spec.nodeName set to itself`,
  },
  'it evicts no others': {
    attempt: () => node.createSubresource(Pods, at('other'), 'eviction', { metadata: at('other') }),
    want: `${other}node n1 can only evict pods with spec.nodeName set to itself`,
  },
  'it does not bind pods': {
    attempt: () =>
      node.createSubresource(Pods, at('other'), 'binding', {
        metadata: at('other'),
        target: { name: 'n1' },
      } as never),
    want: `${other}unexpected pod subresource "binding", only 'status' and 'eviction' are allowed`,
  },
  'it creates mirror pods': { attempt: () => node.create(Pods, mirror()), want: 'done' },
  'it creates no pods that are none': {
    attempt: () => node.create(Pods, pod('static', { nodeName: 'n1' })),
    want: `${statik}pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods`,
  },
  'nor mirror pods of other nodes': {
    attempt: () => node.create(Pods, mirror({ nodeName: 'n2' })),
    want: `${statik}node "n1" can only create pods with spec.nodeName set to itself`,
  },
  'nor such that another owns': {
    attempt: () => node.create(Pods, mirror({}, { name: 'n2' })),
    want: `${statik}node "n1" can only create pods with an owner reference set to itself`,
  },
  'nor such that an earlier node of its name owns': {
    attempt: () => node.create(Pods, mirror({}, { uid: 'old' })),
    want: `${statik}node n1 UID mismatch: expected old got `,
  },
  'nor such that read config maps': {
    attempt: () => node.create(Pods, mirror({ volumes: [{ name: 'v', configMap: { name: 'c' } }] })),
    want: `${statik}node "n1" can not create pods that reference configmaps`,
  },
  'it registers itself': {
    attempt: () => api.asNode('n3').create(Nodes, newNode('n3', { 'kubernetes.io/hostname': 'n3' })),
    want: 'done',
  },
  'and nobody else': {
    attempt: () => node.create(Nodes, newNode('n3')),
    want: 'nodes "n3" is forbidden: node "n1" is not allowed to modify node "n3"',
  },
  'it has no role to give itself': {
    attempt: () => api.asNode('n3').create(Nodes, newNode('n3', { 'node-role.kubernetes.io/master': '' })),
    want: 'nodes "n3" is forbidden: node "n3" is not allowed to set the following labels: node-role.kubernetes.io/master',
  },
  'nor does it take one later': {
    attempt: () =>
      node.patch(
        Nodes,
        { name: 'n1' },
        merge({ metadata: { labels: { 'x.node-restriction.kubernetes.io/a': 'b' } } }),
      ),
    want: 'nodes "n1" is forbidden: is not allowed to modify labels: x.node-restriction.kubernetes.io/a',
  },
  'it may label itself otherwise': {
    attempt: () => node.patch(Nodes, { name: 'n1' }, merge({ metadata: { labels: { color: 'blue' } } })),
    want: 'done',
  },
  'it leaves its taints alone': {
    attempt: () => node.patch(Nodes, { name: 'n1' }, merge({ spec: { taints: [] } })),
    want: 'nodes "n1" is forbidden: node "n1" is not allowed to modify taints',
  },
  'it has a lease of its name': { attempt: () => node.create(Leases, lease('n1')), want: 'done' },
  'it has no other': {
    attempt: () => node.create(Leases, lease('n2')),
    want: 'leases.coordination.k8s.io "n2" is forbidden: can only access node lease with the same name as the requesting node',
  },
  'nor one elsewhere': {
    attempt: () => node.create(Leases, lease('n1', 'default')),
    want: 'leases.coordination.k8s.io "n1" is forbidden: can only access leases in the "kube-node-lease" system namespace',
  },
  'it asks for no token that outlives its pod': {
    attempt: () => token(),
    want: 'serviceaccounts "default" is forbidden: node requested token not bound to a pod',
  },
  'nor for one of a pod elsewhere': {
    attempt: () => token({ apiVersion: 'v1', kind: 'Pod', name: 'other', uid: uids.other }),
    want: 'serviceaccounts "default" is forbidden: node requested token bound to a pod scheduled on a different node',
  },
  'a node that does not say its name may nothing': {
    attempt: () => api.asNode('').create(Leases, lease('n1')),
    want: 'leases.coordination.k8s.io "n1" is forbidden: could not determine node from user "system:node:"',
  },
};
for (const [name, { attempt, want }] of Object.entries(cases)) {
  test(name, async () => {
    const told = await outcome(attempt());
    if (want === 'done') expect(told).toBe('done');
    else expect(told).toContain(`403 Forbidden: ${want}`);
  });
}

import type { ClusterRole, PolicyRule } from '../../../generated/types.ts';
import { clusterRole, eventsRule, READ, rule } from './rules.ts';

/** What every node agent may do; of nodes, pods and what pods name, the node authorizer lets each see only its own. */
export const nodeRules: PolicyRule[] = [
  rule(['create'], 'authentication', 'tokenreviews'),
  rule(['create'], 'authorization', 'localsubjectaccessreviews subjectaccessreviews'),
  rule(READ, 'core', 'services'),
  // An agent with real containers is its host's proxy for services, too.
  rule(['list', 'watch'], 'discovery', 'endpointslices'),
  rule(['create', ...READ], 'core', 'nodes'),
  rule(['patch', 'update'], 'core', 'nodes/status'),
  rule(['patch', 'update'], 'core', 'nodes'),
  rule(['create', 'patch', 'update'], 'core', 'events'),
  rule(READ, 'core', 'pods'),
  rule(['create', 'delete'], 'core', 'pods'),
  rule(['patch', 'update'], 'core', 'pods/status'),
  rule(['create'], 'core', 'pods/eviction'),
  rule(READ, 'core', 'configmaps secrets'),
  rule(['get'], 'core', 'persistentvolumeclaims persistentvolumes'),
  rule(['get'], 'core', 'endpoints'),
  rule(['create', ...READ], 'certificates', 'certificatesigningrequests'),
  rule(['create', 'delete', 'get', 'patch', 'update'], 'coordination', 'leases'),
  rule(['get'], 'storage', 'volumeattachments'),
  rule(['create'], 'core', 'serviceaccounts/token'),
  rule(['get', 'patch', 'update'], 'core', 'persistentvolumeclaims/status'),
  rule(READ, 'storage', 'csidrivers'),
  rule(['create', 'delete', 'get', 'patch', 'update'], 'storage', 'csinodes'),
  rule(READ, 'node', 'runtimeclasses'),
];

const signer = (name: string): ClusterRole =>
  clusterRole(`system:certificates.k8s.io:${name}-approver`, [
    rule(['approve'], 'certificates', 'signers', [`kubernetes.io/${name}`]),
  ]);

const requests = (name: string): ClusterRole =>
  clusterRole(`system:certificates.k8s.io:certificatesigningrequests:${name}`, [
    rule(['create'], 'certificates', `certificatesigningrequests/${name}`),
  ]);

/** Nodes find the way to each other's pods by themselves; upstream that is the business of the network's own daemon. */
export const NODE_ROUTER = 'sampan:node-router';

/** The roles of nodes, of what runs on each of them, and of how they come by their certificates. */
export const nodeRoles: readonly ClusterRole[] = [
  clusterRole('system:node', nodeRules),
  clusterRole('system:node-bootstrapper', [
    rule(['create', ...READ], 'certificates', 'certificatesigningrequests'),
  ]),
  clusterRole('system:node-problem-detector', [
    rule(['get'], 'core', 'nodes'),
    rule(['patch'], 'core', 'nodes/status'),
    eventsRule,
  ]),
  clusterRole('system:node-proxier', [
    rule(['list', 'watch'], 'core', 'endpoints services'),
    rule(READ, 'core', 'nodes'),
    eventsRule,
    rule(['list', 'watch'], 'discovery', 'endpointslices'),
  ]),
  clusterRole('system:kubelet-api-admin', [
    rule(READ, 'core', 'nodes'),
    rule(['proxy'], 'core', 'nodes'),
    rule(['*'], 'core', 'nodes/log nodes/metrics nodes/proxy nodes/stats'),
  ]),
  clusterRole(NODE_ROUTER, [rule(['list', 'watch'], 'core', 'nodes')]),
  requests('nodeclient'),
  requests('selfnodeclient'),
  signer('kube-apiserver-client'),
  signer('kube-apiserver-client-kubelet'),
  signer('kubelet-serving'),
  signer('legacy-unknown'),
];

import type { ClusterRole, PolicyRule } from '../../../generated/types.ts';
import { clusterRole, eventsRule, READ, rule } from './rules.ts';

const leaderElection = (component: string): PolicyRule[] => [
  eventsRule,
  rule(['create'], 'coordination', 'leases'),
  rule(['get', 'update'], 'coordination', 'leases', [component]),
];

const delegation = [
  rule(['create'], 'authentication', 'tokenreviews'),
  rule(['create'], 'authorization', 'subjectaccessreviews'),
];

/** The roles of the control plane's parts, should they run elsewhere, and of well-known add-ons. */
export const componentRoles: readonly ClusterRole[] = [
  clusterRole('system:auth-delegator', delegation),
  clusterRole('system:heapster', [
    rule(READ, 'core', 'events namespaces nodes pods'),
    rule(READ, 'extensions', 'deployments'),
  ]),
  clusterRole('system:kube-aggregator', [rule(READ, 'core', 'endpoints services')]),
  clusterRole('system:kube-controller-manager', [
    ...leaderElection('kube-controller-manager'),
    rule(['create'], 'core', 'secrets serviceaccounts'),
    rule(['delete'], 'core', 'secrets'),
    rule(['get'], 'core', 'configmaps namespaces secrets serviceaccounts'),
    rule(['update'], 'core', 'secrets serviceaccounts'),
    ...delegation,
    rule(['list', 'watch'], '*', '*'),
    rule(['create'], 'core', 'serviceaccounts/token'),
  ]),
  clusterRole('system:kube-dns', [rule(['list', 'watch'], 'core', 'endpoints services')]),
  clusterRole('system:kube-scheduler', [
    ...leaderElection('kube-scheduler'),
    rule(READ, 'core', 'nodes'),
    rule(['delete', ...READ], 'core', 'pods'),
    rule(['create'], 'core', 'bindings pods/binding'),
    rule(['patch', 'update'], 'core', 'pods/status'),
    rule(READ, 'core', 'replicationcontrollers services'),
    rule(READ, 'apps extensions', 'replicasets'),
    rule(READ, 'apps', 'statefulsets'),
    rule(READ, 'policy', 'poddisruptionbudgets'),
    rule(READ, 'core', 'persistentvolumeclaims persistentvolumes'),
    ...delegation,
    rule(READ, 'storage', 'csinodes'),
    rule(READ, 'core', 'namespaces'),
    rule(READ, 'storage', 'csidrivers'),
    rule(READ, 'storage', 'csistoragecapacities'),
  ]),
  clusterRole('system:persistent-volume-provisioner', [
    rule(['create', 'delete', ...READ], 'core', 'persistentvolumes'),
    rule(['get', 'list', 'update', 'watch'], 'core', 'persistentvolumeclaims'),
    rule(READ, 'storage', 'storageclasses'),
    rule(['watch'], 'core', 'events'),
    eventsRule,
  ]),
  clusterRole('system:volume-scheduler', [
    rule(['get', 'list', 'patch', 'update', 'watch'], 'core', 'persistentvolumes'),
    rule(READ, 'storage', 'storageclasses'),
    rule(['get', 'list', 'patch', 'update', 'watch'], 'core', 'persistentvolumeclaims'),
  ]),
];

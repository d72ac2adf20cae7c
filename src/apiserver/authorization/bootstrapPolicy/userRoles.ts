import type { ClusterRole } from '../../../generated/types.ts';
import { gatheredRules } from '../rbac/roles.ts';
import { bootstrapMetadata, clusterRole, pathRule, READ, READ_WRITE, rule, WRITE } from './rules.ts';

type UserRole = 'admin' | 'edit' | 'view';

const aggregateTo = (role: UserRole) => ({ [`rbac.authorization.k8s.io/aggregate-to-${role}`]: 'true' });

const POD_CONNECTIONS = 'pods/attach pods/exec pods/portforward pods/proxy';

const parts: readonly ClusterRole[] = [
  clusterRole(
    'system:aggregate-to-admin',
    [
      rule(['create'], 'authorization', 'localsubjectaccessreviews'),
      rule(READ_WRITE, 'rbac', 'rolebindings roles'),
    ],
    aggregateTo('admin'),
  ),
  clusterRole(
    'system:aggregate-to-edit',
    [
      rule(READ, 'core', `${POD_CONNECTIONS} secrets services/proxy`),
      rule(['impersonate'], 'core', 'serviceaccounts'),
      rule(WRITE, 'core', `pods ${POD_CONNECTIONS}`),
      rule(['create'], 'core', 'pods/eviction'),
      rule(
        WRITE,
        'core',
        'configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy',
      ),
      rule(['create'], 'core', 'serviceaccounts/token'),
      rule(
        WRITE,
        'apps',
        'daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale',
      ),
      rule(WRITE, 'autoscaling', 'horizontalpodautoscalers'),
      rule(WRITE, 'batch', 'cronjobs jobs'),
      rule(
        WRITE,
        'extensions',
        'daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale',
      ),
      rule(WRITE, 'policy', 'poddisruptionbudgets'),
      rule(WRITE, 'networking', 'ingresses networkpolicies'),
      rule(READ_WRITE, 'coordination', 'leases'),
      rule(WRITE, 'sampan', 'daemonjobs'),
    ],
    aggregateTo('edit'),
  ),
  clusterRole(
    'system:aggregate-to-view',
    [
      rule(
        READ,
        'core',
        'configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status',
      ),
      rule(
        READ,
        'core',
        'bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status',
      ),
      rule(READ, 'core', 'namespaces'),
      rule(READ, 'discovery', 'endpointslices'),
      rule(
        READ,
        'apps',
        'controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status',
      ),
      rule(READ, 'autoscaling', 'horizontalpodautoscalers horizontalpodautoscalers/status'),
      rule(READ, 'batch', 'cronjobs cronjobs/status jobs jobs/status'),
      rule(
        READ,
        'extensions',
        'daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale',
      ),
      rule(READ, 'policy', 'poddisruptionbudgets poddisruptionbudgets/status'),
      rule(READ, 'networking', 'ingresses ingresses/status networkpolicies'),
      rule(READ, 'sampan', 'daemonjobs daemonjobs/status'),
    ],
    aggregateTo('view'),
  ),
  // metrics-server brings it along.
  clusterRole('system:aggregated-metrics-reader', [rule(READ, 'metrics', 'nodes pods')], {
    ...aggregateTo('admin'),
    ...aggregateTo('edit'),
    ...aggregateTo('view'),
  }),
];

const aggregate = (name: UserRole, labels?: Record<string, string>): ClusterRole => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: bootstrapMetadata(name, labels),
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregateTo(name) }] },
});

const aggregates = [
  aggregate('admin'),
  aggregate('edit', aggregateTo('admin')),
  aggregate('view', aggregateTo('edit')),
];

/** The roles that are meant to be given to people. What admin, edit and view gather is written out for `kubectl describe`. */
export const userRoles: readonly ClusterRole[] = [
  clusterRole('cluster-admin', [rule(['*'], '*', '*'), { ...pathRule('*'), verbs: ['*'] }]),
  ...parts,
  ...aggregates.map((role) => ({ ...role, rules: gatheredRules(role, [...parts, ...aggregates]) })),
];

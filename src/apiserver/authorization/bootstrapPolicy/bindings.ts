import type { ClusterRoleBinding, RbacV1Subject } from '../../../generated/types.ts';
import { NODES_GROUP } from '../../../resources/nodeIdentity.ts';
import { AUTHENTICATED, MASTERS, UNAUTHENTICATED } from '../../authentication/user.ts';
import { NODE_ROUTER } from './nodeRoles.ts';
import { bootstrapMetadata } from './rules.ts';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

export const groupSubject = (name: string): RbacV1Subject => ({ apiGroup: RBAC_GROUP, kind: 'Group', name });
export const userSubject = (name: string): RbacV1Subject => ({ apiGroup: RBAC_GROUP, kind: 'User', name });

/** Binds a cluster role to subjects under a name of its own. */
export const clusterRoleBinding = (
  metadata: ClusterRoleBinding['metadata'],
  role: string,
  subjects: RbacV1Subject[],
): ClusterRoleBinding => ({
  apiVersion: `${RBAC_GROUP}/v1`,
  kind: 'ClusterRoleBinding',
  metadata,
  roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: role },
  subjects,
});

const bind = (role: string, ...subjects: RbacV1Subject[]): ClusterRoleBinding =>
  clusterRoleBinding(bootstrapMetadata(role), role, subjects);

const authenticated = groupSubject(AUTHENTICATED);
const kubeDns: RbacV1Subject = { kind: 'ServiceAccount', name: 'kube-dns', namespace: 'kube-system' };

/** Who has which of the default roles. Nobody is bound to system:node: the node authorizer stands in its place. */
export const defaultBindings: readonly ClusterRoleBinding[] = [
  bind('cluster-admin', groupSubject(MASTERS)),
  bind('system:monitoring', groupSubject('system:monitoring')),
  bind('system:discovery', authenticated),
  bind('system:basic-user', authenticated),
  bind('system:public-info-viewer', authenticated, groupSubject(UNAUTHENTICATED)),
  bind('system:node-proxier', userSubject('system:kube-proxy')),
  bind('system:kube-controller-manager', userSubject('system:kube-controller-manager')),
  bind('system:kube-dns', kubeDns),
  bind('system:kube-scheduler', userSubject('system:kube-scheduler')),
  bind('system:volume-scheduler', userSubject('system:kube-scheduler')),
  bind('system:node'),
  bind(NODE_ROUTER, groupSubject(NODES_GROUP)),
  bind('system:service-account-issuer-discovery', groupSubject('system:serviceaccounts')),
];

import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '../../../generated/types.ts';
import { NODES_GROUP } from '../../../resources/nodeIdentity.ts';
import { anonymous } from '../../authentication/user.ts';
import { clusterRoleBinding, groupSubject, RBAC_GROUP, userSubject } from './bindings.ts';
import { rule } from './rules.ts';

/** Whoever holds a bootstrap token of kubeadm's is in this group. */
const JOINING = groupSubject('system:bootstrappers:kubeadm:default-node-token');
const CLUSTER_INFO = 'kubeadm:bootstrap-signer-clusterinfo';

/** Lets a machine that joins look for a node of its name. */
const getNodes: ClusterRole = {
  apiVersion: `${RBAC_GROUP}/v1`,
  kind: 'ClusterRole',
  metadata: { name: 'kubeadm:get-nodes' },
  rules: [rule(['get'], 'core', 'nodes')],
};

const bind = (name: string, role: string, subject = JOINING): ClusterRoleBinding =>
  clusterRoleBinding({ name }, role, [subject]);

export const kubeadmRoles: readonly ClusterRole[] = [getNodes];

/** The way from a bootstrap token to a node's certificate, and its renewal. */
export const kubeadmBindings: readonly ClusterRoleBinding[] = [
  bind('kubeadm:cluster-admins', 'cluster-admin', groupSubject('kubeadm:cluster-admins')),
  bind('kubeadm:get-nodes', 'kubeadm:get-nodes'),
  bind('kubeadm:kubelet-bootstrap', 'system:node-bootstrapper'),
  bind(
    'kubeadm:node-autoapprove-bootstrap',
    'system:certificates.k8s.io:certificatesigningrequests:nodeclient',
  ),
  bind(
    'kubeadm:node-autoapprove-certificate-rotation',
    'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient',
    groupSubject(NODES_GROUP),
  ),
];

/** Whoever wants to join reads the way to the cluster before it has any credentials. */
export const clusterInfoRole: Role = {
  apiVersion: `${RBAC_GROUP}/v1`,
  kind: 'Role',
  metadata: { name: CLUSTER_INFO, namespace: 'kube-public' },
  rules: [rule(['get'], 'core', 'configmaps', ['cluster-info'])],
};

export const clusterInfoBinding: RoleBinding = {
  apiVersion: `${RBAC_GROUP}/v1`,
  kind: 'RoleBinding',
  metadata: { name: CLUSTER_INFO, namespace: 'kube-public' },
  roleRef: { apiGroup: RBAC_GROUP, kind: 'Role', name: CLUSTER_INFO },
  subjects: [userSubject(anonymous.name)],
};

/** How the agent of a node is known: as `system:node:<name>`, in this group. */
export const NODE_USER_PREFIX = 'system:node:';
export const NODES_GROUP = 'system:nodes';

/** Where each node keeps a lease of its name, as a sign of life. */
export const NODE_LEASE_NAMESPACE = 'kube-node-lease';

/** Pods' addresses: the first 256 nodes have theirs from 10.244.0.0/16, where kubeadm with flannel has them; there is room for 1,024. */
export const CLUSTER_CIDR = '10.244.0.0/14';

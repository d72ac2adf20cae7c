/** Keys of the taints that the cluster itself puts on nodes. */
export const NOT_READY = 'node.kubernetes.io/not-ready';
export const UNREACHABLE = 'node.kubernetes.io/unreachable';
export const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
export const MEMORY_PRESSURE = 'node.kubernetes.io/memory-pressure';
export const DISK_PRESSURE = 'node.kubernetes.io/disk-pressure';
export const PID_PRESSURE = 'node.kubernetes.io/pid-pressure';
export const NETWORK_UNAVAILABLE = 'node.kubernetes.io/network-unavailable';
/** What a cloud's nodes carry until its controller manager has looked at them. */
export const CLOUD_UNINITIALIZED = 'node.cloudprovider.kubernetes.io/uninitialized';
/** Keeps ordinary pods from a new node until the daemons that it must have are Ready there. */
export const DAEMONS_NOT_READY = 'sampan.dev/daemons-not-ready';

/** Those that come and go with a node's conditions. */
export const CONDITION_TAINTS: ReadonlySet<string> = new Set([
  NOT_READY,
  UNREACHABLE,
  UNSCHEDULABLE,
  MEMORY_PRESSURE,
  DISK_PRESSURE,
  PID_PRESSURE,
  NETWORK_UNAVAILABLE,
]);

import { deepFreeze } from '../../apimachinery/object.ts';
import type {
  ReplicaSet,
  ReplicaSetStatus,
  ReplicationController,
  ReplicationControllerStatus,
} from '../../generated/types.ts';

const converted = new WeakMap<ReplicationController, ReplicaSet>();

/** A ReplicationController as a ReplicaSet. Objects are shared and frozen, so it is made once for each. */
export function asReplicaSet(controller: ReplicationController): ReplicaSet {
  return converted.getOrInsertComputed(controller, () => {
    const { spec, ...rest } = controller;
    const { selector = {}, ...others } = spec;
    return deepFreeze({ ...rest, spec: { ...others, selector: { matchLabels: selector } } });
  });
}

/** A ReplicationController does not tell how many pods are on their way out. */
export function asReplicationControllerStatus(status: ReplicaSetStatus): ReplicationControllerStatus {
  const { terminatingReplicas: _, ...rest } = status;
  return rest;
}

import type { ReplicaSet, ReplicationController } from '../../generated/types.ts';
import { ReplicationControllers } from '../../resources/kinds.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { ReplicaSetController, type ReplicasOwner } from '../replicaset/controller.ts';

/** A ReplicationController is a ReplicaSet of older days: its selector is a plain map (upstream adapts it too). */
const REPLICATION_CONTROLLERS: ReplicasOwner<ReplicationController> = {
  type: ReplicationControllers,
  name: 'replication',
  countsTerminating: false,
  asReplicaSet: (controller): ReplicaSet => ({
    ...controller,
    spec: { ...controller.spec, selector: { matchLabels: controller.spec.selector ?? {} } },
  }),
};

export const replicationControllerController = (context: ControllerContext) =>
  new ReplicaSetController(context, REPLICATION_CONTROLLERS);

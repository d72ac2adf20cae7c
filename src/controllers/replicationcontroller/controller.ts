import type { ReplicationController } from '../../generated/types.ts';
import { ReplicationControllers } from '../../resources/kinds.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { ReplicasController } from '../replicaset/replicasController.ts';
import { asReplicaSet, asReplicationControllerStatus } from './conversion.ts';

/** Keeps the wanted number of pods of each ReplicationController, as if it were a ReplicaSet. */
export class ReplicationManager extends ReplicasController<ReplicationController> {
  constructor(context: ControllerContext) {
    super(context, {
      name: 'replicationcontroller',
      type: ReplicationControllers,
      component: 'replication-controller',
      asReplicaSet,
      asStatus: asReplicationControllerStatus,
      countsTerminating: false,
      related: () => [],
    });
  }
}

import { controllerOf } from '../../apimachinery/object.ts';
import type { ReplicaSet } from '../../generated/types.ts';
import { ReplicaSets } from '../../resources/kinds.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { ReplicasController, type ReplicasKind } from './replicasController.ts';

const kind: ReplicasKind<ReplicaSet> = {
  name: 'replicaset',
  type: ReplicaSets,
  component: 'replicaset-controller',
  asReplicaSet: (replicaSet) => replicaSet,
  asStatus: (status) => status,
  countsTerminating: true,
  /** Those of one deployment share nodes: during a rollout the pods of all of them count. */
  related(replicaSet, all) {
    const owner = controllerOf(replicaSet);
    return owner ? all.byIndex('controller', owner.uid) : [];
  },
};

/** Keeps the wanted number of pods of each ReplicaSet. */
export class ReplicaSetController extends ReplicasController<ReplicaSet> {
  constructor(context: ControllerContext) {
    super(context, kind);
  }
}

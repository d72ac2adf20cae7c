import { controllerOf, isBeingDeleted, uidOf } from '../../apimachinery/object.ts';
import type { DaemonSet, Node, Pod, Taint } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import {
  CLOUD_UNINITIALIZED,
  CONDITION_TAINTS,
  DAEMONS_NOT_READY,
} from '../../resources/placement/wellKnownTaints.ts';
import { daemonTolerations, placementOn } from '../daemonset/placement.ts';
import { inStages, type Plan } from '../framework/controller.ts';

export interface Observed {
  readonly node: Node;
  /** Those that must be Ready on a new node. */
  readonly required: readonly DaemonSet[];
  readonly pods: readonly Pod[];
}

export type Action = { readonly kind: 'setTaints'; readonly taints: readonly Taint[] };

export const isAwaiting = ({ spec }: Node): boolean =>
  spec?.taints?.some(({ key }) => key === DAEMONS_NOT_READY) ?? false;

/** Takes the taint from a node once each DaemonSet that it must have is Ready there. Nobody puts it back: daemons may restart later. */
export function planNodeStartup({ node, required, pods }: Observed): Plan<Action> {
  const isReadyHere = (daemonSet: DaemonSet) => pods.some((pod) => isReadyDaemon(pod, daemonSet));
  const missing = required.filter((daemonSet) => isFor(node, daemonSet) && !isReadyHere(daemonSet));
  if (!isAwaiting(node) || missing.length > 0) return inStages([]);
  const taints = node.spec.taints?.filter(({ key }) => key !== DAEMONS_NOT_READY) ?? [];
  return inStages<Action>([[{ kind: 'setTaints', taints }]]);
}

const isReadyDaemon = (pod: Pod, daemonSet: DaemonSet) =>
  controllerOf(pod)?.uid === uidOf(daemonSet) && !isBeingDeleted(pod) && isReady(pod);

/** Whether its daemon belongs there once the node has come up: taints that only say that it has not yet are of no account. */
function isFor(node: Node, daemonSet: DaemonSet): boolean {
  const taints = node.spec.taints?.filter(
    ({ key }) => !CONDITION_TAINTS.has(key) && key !== CLOUD_UNINITIALIZED,
  );
  const started: Node = { ...node, spec: { ...node.spec, taints: taints ?? [] } };
  return placementOn(started, daemonSet, daemonTolerations(daemonSet)).shouldRun;
}

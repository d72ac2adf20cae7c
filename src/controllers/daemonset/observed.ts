import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { ControllerRevision, DaemonSet, Node, Pod, Toleration } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import type { Claim } from '../framework/ownership.ts';
import type { Placement } from './placement.ts';
import { daemonTolerations, placementOn, targetNode } from './placement.ts';

/** What the caches show of one DaemonSet. */
export interface Observed {
  readonly daemonSet: DaemonSet;
  readonly nodes: readonly Node[];
  readonly pods: Claim<Pod>;
  readonly revisions: Claim<ControllerRevision>;
  /** Nodes on which daemons failed of late, and until when to wait before the next is tried there. */
  readonly failedOn: ReadonlyMap<string, { readonly retryAt: EpochMs }>;
}

/** One node with the daemons that are on it or meant for it, those on their way out included. */
export interface NodeState extends Placement {
  readonly name: string;
  readonly pods: readonly Pod[];
  readonly labels: Readonly<Record<string, string>>;
  /** Not Ready, or not heard of. */
  readonly isDead: boolean;
}

const NO_PODS: readonly Pod[] = [];

/**
 * A pod that has ended and is kept by somebody's finalizer alone must not keep the next one from its node. One that its node agent is
 * about to remove does, for that moment (upstream does not wait for it): nobody is ever shown two daemons on a node.
 */
const holdsItsNode = (pod: Pod) =>
  !isBeingDeleted(pod) || !isTerminal(pod) || !pod.metadata.finalizers?.length;

/** Every node with its daemons, in the order of the nodes. Pods of vanished nodes are the pod garbage collector's business. */
export function nodeStates({ daemonSet, nodes, pods }: Observed): readonly NodeState[] {
  const tolerations: readonly Toleration[] = daemonTolerations(daemonSet);
  const podsByNode = Map.groupBy(pods.held.filter(holdsItsNode), (pod) => targetNode(pod) ?? '');
  return nodes.map((node) => {
    const name = node.metadata.name ?? '';
    return {
      name,
      pods: podsByNode.get(name) ?? NO_PODS,
      labels: node.metadata.labels ?? {},
      isDead: !isReady(node),
      ...placementOn(node, daemonSet, tolerations),
    };
  });
}

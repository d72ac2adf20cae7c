import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { DaemonSet } from '../../generated/types.ts';
import { partitionOf, updateOrderOf } from '../../resources/daemonset/rolloutAnnotations.ts';
import type { NodeState } from './observed.ts';
import { isUpToDate, type Target } from './strategy.ts';

/** Which nodes' daemons may be updated now, and what keeps the other outdated ones for later. */
export interface UpdateOrder {
  readonly updatable: ReadonlySet<NodeState>;
  /** Those that a partition leaves as they are. */
  readonly kept: ReadonlySet<NodeState>;
  /** The group whose turn it is, `zone=a`; undefined without an order. */
  readonly turn: string | undefined;
}

/** All outdated nodes, unless annotations keep some for later (a partition) or ask for one group of nodes after the other. */
export function updateOrder(daemonSet: DaemonSet, nodes: readonly NodeState[], target: Target): UpdateOrder {
  const desired = nodes.filter((node) => node.shouldRun);
  const outdated = desired.filter((node) => !hasFresh(node, target));
  const kept = partitionOf(daemonSet, desired.length);
  const label = updateOrderOf(daemonSet);
  if (label === undefined) return { ...partitioned(outdated, kept), turn: undefined };
  const groupOf = ({ labels }: NodeState) => labels[label] ?? '';
  const inOrder = outdated.toSorted((a, b) =>
    groupOf(a) < groupOf(b) ? -1 : groupOf(a) > groupOf(b) ? 1 : 0,
  );
  // A group is left when each of its nodes has one daemon again.
  const unsettled = desired.filter(({ pods }) => pods.length !== 1);
  const current = [...unsettled, ...inOrder].map(groupOf).sort()[0];
  const order = partitioned(inOrder, kept);
  return {
    ...order,
    updatable: new Set([...order.updatable].filter((node) => groupOf(node) === current)),
    turn: `${label}=${current ?? ''}`,
  };
}

function partitioned(outdated: readonly NodeState[], kept: number): Omit<UpdateOrder, 'turn'> {
  const count = Math.max(0, outdated.length - kept);
  return { updatable: new Set(outdated.slice(0, count)), kept: new Set(outdated.slice(count)) };
}

const hasFresh = ({ pods }: NodeState, target: Target) =>
  pods.some((pod) => !isBeingDeleted(pod) && isUpToDate(pod, target));

import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { DaemonSet } from '../../generated/types.ts';
import { partitionOf, updateOrderOf } from '../../resources/daemonset/rolloutAnnotations.ts';
import type { NodeState } from './observed.ts';
import { isUpToDate, type Target } from './strategy.ts';

/**
 * The nodes whose daemon may be updated now: all of them, unless annotations keep some for later (a partition) or ask for one group of
 * nodes after the other.
 */
export function updatableNodes(
  daemonSet: DaemonSet,
  nodes: readonly NodeState[],
  target: Target,
): ReadonlySet<NodeState> {
  const desired = nodes.filter((node) => node.shouldRun);
  const outdated = desired.filter((node) => !hasFresh(node, target));
  const kept = partitionOf(daemonSet, desired.length);
  const label = updateOrderOf(daemonSet);
  if (label === undefined) return new Set(firstOf(outdated, kept));
  const groupOf = ({ labels }: NodeState) => labels[label] ?? '';
  const inOrder = outdated.toSorted((a, b) =>
    groupOf(a) < groupOf(b) ? -1 : groupOf(a) > groupOf(b) ? 1 : 0,
  );
  // A group is left when each of its nodes has one daemon again.
  const unsettled = desired.filter(({ pods }) => pods.length !== 1);
  const current = [...unsettled, ...inOrder].map(groupOf).sort()[0];
  return new Set(firstOf(inOrder, kept).filter((node) => groupOf(node) === current));
}

const firstOf = (outdated: readonly NodeState[], kept: number) =>
  outdated.slice(0, Math.max(0, outdated.length - kept));

const hasFresh = ({ pods }: NodeState, target: Target) =>
  pods.some((pod) => !isBeingDeleted(pod) && isUpToDate(pod, target));

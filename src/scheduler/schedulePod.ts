import type { Random } from '../clock/random.ts';
import { unschedulableMessage } from './diagnosis.ts';
import { filterNodes, type Search } from './filterNodes.ts';
import { nodeAffinity } from './filters/nodeAffinity.ts';
import type { NodeInfo } from './nodeInfo.ts';
import type { Filter } from './plugin.ts';
import type { PodInfo } from './podInfo.ts';
import { type Preemption, preempt } from './preemption.ts';
import { selectNode } from './selectNode.ts';
import type { Snapshot } from './snapshot.ts';

export type Outcome =
  | { readonly node: string; readonly lookedAt: number }
  | {
      /** What the pod's owner is told. */
      readonly unschedulable: string;
      /** The filters that turned nodes away: what would help one of them is worth a new try. Empty without any node. */
      readonly rejectedBy: ReadonlySet<Filter>;
      /** Whom to push out, and from where, so that the pod fits. */
      readonly preemption?: Preemption;
    };

export interface ScheduleOptions {
  /** Breaks ties. */
  readonly random: Random;
  /** Where to begin to look, so that in a large cluster every node has its turn: all `lookedAt` so far, summed up. */
  readonly startAt?: number;
}

/** Chooses the node for a pod, or says why there is none. Leaves the snapshot as it was. */
export function schedulePod(
  pod: PodInfo,
  snapshot: Snapshot,
  { random, startAt = 0 }: ScheduleOptions,
): Outcome {
  const candidates = candidatesFor(pod, snapshot);
  const search = filterNodes(pod, candidates, snapshot, startAt);
  if (search.fitting.length === 0) return failure(pod, snapshot, search);
  return { node: selectNode(pod, search.fitting, snapshot, random).name, lookedAt: search.lookedAt };
}

/** All nodes, or those that the pod names: then no other needs a look. */
function candidatesFor({ targetNodes }: PodInfo, snapshot: Snapshot): readonly NodeInfo[] {
  if (!targetNodes) return snapshot.nodes;
  return [...targetNodes].map((name) => snapshot.node(name)).filter((node) => node !== undefined);
}

function failure(pod: PodInfo, snapshot: Snapshot, { rejected }: Search): Outcome {
  const nodeCount = snapshot.nodes.length;
  const skipped = nodeCount - rejected.length;
  const attempt = preempt(pod, rejected, snapshot);
  const filters = rejected.map(({ filter }) => filter);
  return {
    unschedulable: unschedulableMessage({ nodeCount, rejected, skipped, attempt }),
    rejectedBy: new Set(skipped > 0 ? [...filters, nodeAffinity] : filters),
    ...(attempt.kind === 'found' && { preemption: attempt.preemption }),
  };
}

import { isBeingDeleted } from '../apimachinery/object.ts';
import { type RejectedNode, rejectionOf } from './filterNodes.ts';
import type { NodeInfo } from './nodeInfo.ts';
import type { Rejection } from './plugin.ts';
import { type PodInfo, priorityOf } from './podInfo.ts';
import type { Snapshot } from './snapshot.ts';

/** Pods of lower priority that have to go from a node, so that a pod fits there. */
export interface Preemption {
  readonly node: string;
  readonly victims: readonly PodInfo[];
}

export type PreemptionAttempt =
  | { readonly kind: 'found'; readonly preemption: Preemption }
  | { readonly kind: 'notEligible'; readonly why: string }
  /** Why not, for each node that was rejected. */
  | { readonly kind: 'notFound'; readonly reasons: readonly string[] };

/** Of a node that would not take the pod even if it were empty. */
export const NOT_HELPFUL = 'Preemption is not helpful for scheduling';
const NO_VICTIMS = 'No preemption victims found for incoming pod';
/** Of so many nodes where it would help, the best is good enough. */
const ENOUGH_CANDIDATES = 100;

/** Looks for the node where pushing out pods of lower priority hurts least. Leaves the snapshot as it was. */
export function preempt(
  pod: PodInfo,
  rejected: readonly RejectedNode[],
  snapshot: Snapshot,
): PreemptionAttempt {
  const why = notEligible(pod, snapshot);
  if (why) return { kind: 'notEligible', why };
  const found: Preemption[] = [];
  const reasons: string[] = [];
  for (const { node, rejection } of rejected) {
    const victims = rejection.isUnresolvable ? [NOT_HELPFUL] : victimsOn(node, pod, snapshot);
    if (isReasons(victims)) reasons.push(...victims);
    else if (found.push({ node: node.name, victims }) === ENOUGH_CANDIDATES) break;
  }
  const preemption = found.reduce<Preemption | undefined>(gentler, undefined);
  return preemption ? { kind: 'found', preemption } : { kind: 'notFound', reasons };
}

const isReasons = (victims: readonly PodInfo[] | readonly string[]): victims is readonly string[] =>
  typeof victims[0] === 'string';

function notEligible(info: PodInfo, snapshot: Snapshot): string | undefined {
  if (info.pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  if (!nodeBeingCleared(info, snapshot)) return undefined;
  return 'not eligible due to a terminating pod on the nominated node.';
}

/** The node that the pod was nominated for, while less important pods are still on their way out of it. */
export function nodeBeingCleared(info: PodInfo, snapshot: Snapshot): string | undefined {
  const nominated = snapshot.node(info.pod.status?.nominatedNodeName ?? '');
  for (const other of nominated?.pods.values() ?? []) {
    if (isBeingDeleted(other.pod) && priorityOf(other) < priorityOf(info)) return nominated?.name;
  }
  return undefined;
}

/** The fewest and least important pods that must go from the node; or why that would not do. */
function victimsOn(node: NodeInfo, pod: PodInfo, snapshot: Snapshot): readonly PodInfo[] | readonly string[] {
  if (!snapshot.hasPodsBelow(priorityOf(pod))) return [NO_VICTIMS];
  const lower = [...node.pods.values()].filter((other) => priorityOf(other) < priorityOf(pod));
  if (lower.length === 0) return [NO_VICTIMS];
  const remove = (victim: PodInfo) => snapshot.removePod(victim.key);
  const restore = (victim: PodInfo) => snapshot.assume(victim, node.name);
  const stillRejected = (): Rejection | undefined => rejectionOf(pod, node, snapshot);
  lower.forEach(remove);
  const rejection = stillRejected();
  const victims: PodInfo[] = [];
  // The most important are the first to be let off.
  for (const other of lower.toSorted(moreImportantFirst)) {
    restore(other);
    if (rejection || !stillRejected()) continue;
    remove(other);
    victims.push(other);
  }
  victims.forEach(restore);
  return rejection ? rejection.reasons : victims;
}

const startOf = ({ pod }: PodInfo): string => pod.status?.startTime ?? '';

const moreImportantFirst = (a: PodInfo, b: PodInfo): number =>
  priorityOf(b) - priorityOf(a) || (startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0);

/** Upstream's order: the lowest of the highest priorities, then their lowest sum, then the fewest pods; else the earlier found. */
function gentler(best: Preemption | undefined, other: Preemption): Preemption {
  if (!best) return other;
  const difference =
    highestPriority(other) - highestPriority(best) ||
    prioritySum(other) - prioritySum(best) ||
    other.victims.length - best.victims.length;
  return difference < 0 ? other : best;
}

const highestPriority = ({ victims }: Preemption): number => Math.max(...victims.map(priorityOf));

/** Shifted so that a pod more is always worse, even one of negative priority. */
const prioritySum = ({ victims }: Preemption): number =>
  victims.reduce((sum, victim) => sum + priorityOf(victim) + 2 ** 31, 0);

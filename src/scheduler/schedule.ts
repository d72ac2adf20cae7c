import type { Random } from '../clock/random.ts';
import { unschedulableMessage } from './diagnosis.ts';
import { nodeAffinity } from './filters/nodeAffinity.ts';
import type { NodeInfo } from './nodeInfo.ts';
import type { Filter, NodeTest, Rejection } from './plugin.ts';
import { FILTERS, SCORES } from './plugins.ts';
import type { PodInfo } from './podInfo.ts';
import type { Snapshot } from './snapshot.ts';

export type Outcome =
  | { readonly node: string; readonly lookedAt: number }
  | {
      /** What the pod's owner is told. */
      readonly unschedulable: string;
      /** The filters that turned nodes away: what would help one of them is worth a new try. Empty without any node. */
      readonly rejectedBy: ReadonlySet<Filter>;
    };

export interface ScheduleOptions {
  /** Breaks ties. */
  readonly random: Random;
  /** Where to begin to look, so that in a large cluster every node has its turn; the last outcomes' `lookedAt` summed up. */
  readonly startAt?: number;
}

/** Chooses the node for a pod, or says why there is none. */
export function schedule(
  pod: PodInfo,
  snapshot: Snapshot,
  { random, startAt = 0 }: ScheduleOptions,
): Outcome {
  const candidates = candidatesFor(pod, snapshot);
  const search = filterNodes(pod, candidates, snapshot, startAt);
  if (search.fitting.length === 0) return failure(pod, snapshot, candidates, search);
  return { node: best(pod, search.fitting, snapshot, random).name, lookedAt: search.lookedAt };
}

/** All nodes, or those that the pod names: then no other needs a look. */
function candidatesFor({ targetNodes }: PodInfo, snapshot: Snapshot): readonly NodeInfo[] {
  if (!targetNodes) return snapshot.nodes;
  return [...targetNodes].map((name) => snapshot.node(name)).filter((node) => node !== undefined);
}

interface Search {
  readonly fitting: readonly NodeInfo[];
  readonly rejections: readonly Rejection[];
  readonly rejectedBy: ReadonlySet<Filter>;
  readonly lookedAt: number;
}

interface PreparedFilter {
  readonly filter: Filter;
  readonly test: NodeTest;
}

function filterNodes(
  pod: PodInfo,
  candidates: readonly NodeInfo[],
  snapshot: Snapshot,
  startAt: number,
): Search {
  const tests = prepareFilters(pod, snapshot);
  const enough = nodesToFind(candidates.length);
  const fitting: NodeInfo[] = [];
  const rejections: Rejection[] = [];
  const rejectedBy = new Set<Filter>();
  let lookedAt = 0;
  while (lookedAt < candidates.length && fitting.length < enough) {
    const node = candidates[(startAt + lookedAt++) % candidates.length]!;
    const rejected = firstRejection(tests, node);
    if (!rejected) fitting.push(node);
    else {
      rejections.push(rejected.rejection);
      rejectedBy.add(rejected.filter);
    }
  }
  return { fitting, rejections, rejectedBy, lookedAt };
}

function prepareFilters(pod: PodInfo, snapshot: Snapshot): PreparedFilter[] {
  const prepared: PreparedFilter[] = [];
  for (const filter of FILTERS) {
    const test = filter.prepare(pod, snapshot);
    if (test) prepared.push({ filter, test });
  }
  return prepared;
}

function firstRejection(tests: readonly PreparedFilter[], node: NodeInfo) {
  for (const { filter, test } of tests) {
    const rejection = test(node);
    if (rejection) return { filter, rejection };
  }
  return undefined;
}

const ALWAYS_LOOKED_FOR = 100;

/** Upstream's adaptive percentage: all of up to 100 nodes, 42 % of 1,000, 5 % of very many. */
export function nodesToFind(nodeCount: number): number {
  if (nodeCount <= ALWAYS_LOOKED_FOR) return nodeCount;
  const percentage = Math.max(5, 50 - Math.floor(nodeCount / 125));
  return Math.max(ALWAYS_LOOKED_FOR, Math.floor((nodeCount * percentage) / 100));
}

/** The node of the highest score; of several, one by chance. */
function best(pod: PodInfo, nodes: readonly NodeInfo[], snapshot: Snapshot, random: Random): NodeInfo {
  const [first] = nodes;
  if (nodes.length === 1) return first!;
  const totals = totalScores(pod, nodes, snapshot);
  let chosen = first!;
  let highest = Number.NEGATIVE_INFINITY;
  let ties = 0;
  nodes.forEach((node, index) => {
    const score = totals[index]!;
    if (score > highest) {
      [chosen, highest, ties] = [node, score, 1];
    } else if (score === highest && random.next() * ++ties < 1) chosen = node;
  });
  return chosen;
}

function totalScores(pod: PodInfo, nodes: readonly NodeInfo[], snapshot: Snapshot): number[] {
  const totals = new Array<number>(nodes.length).fill(0);
  for (const { weight, rate } of SCORES) {
    const scores = rate(pod, nodes, snapshot);
    if (scores) for (let index = 0; index < totals.length; index++) totals[index]! += weight * scores[index]!;
  }
  return totals;
}

function failure(
  { pod }: PodInfo,
  snapshot: Snapshot,
  candidates: readonly NodeInfo[],
  { rejections, rejectedBy }: Search,
): Outcome {
  const nodeCount = snapshot.nodes.length;
  const skipped = nodeCount - candidates.length;
  const { preemptionPolicy } = pod.spec;
  return {
    unschedulable: unschedulableMessage({ nodeCount, rejections, skipped, preemptionPolicy }),
    rejectedBy: skipped > 0 ? new Set([...rejectedBy, nodeAffinity]) : rejectedBy,
  };
}

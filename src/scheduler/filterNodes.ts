import type { NodeInfo } from './nodeInfo.ts';
import type { Filter, NodeTest, Rejection } from './plugin.ts';
import { FILTERS } from './plugins.ts';
import type { PodInfo } from './podInfo.ts';
import type { Snapshot } from './snapshot.ts';

/** A node that is not for the pod. */
export interface RejectedNode {
  readonly node: NodeInfo;
  readonly filter: Filter;
  readonly rejection: Rejection;
}

export interface Search {
  readonly fitting: readonly NodeInfo[];
  readonly rejected: readonly RejectedNode[];
  readonly lookedAt: number;
}

/** Looks for nodes that all filters let pass, round the candidates from `startAt` on, until there are enough. */
export function filterNodes(
  pod: PodInfo,
  candidates: readonly NodeInfo[],
  snapshot: Snapshot,
  startAt: number,
): Search {
  const tests = prepareFilters(pod, snapshot);
  const enough = nodesToFind(candidates.length);
  const fitting: NodeInfo[] = [];
  const rejected: RejectedNode[] = [];
  let lookedAt = 0;
  while (lookedAt < candidates.length && fitting.length < enough) {
    const node = candidates[(startAt + lookedAt++) % candidates.length]!;
    const failure = firstRejection(tests, node);
    if (failure) rejected.push(failure);
    else fitting.push(node);
  }
  return { fitting, rejected, lookedAt };
}

/** Why one node is not for the pod, as the snapshot is now; undefined when it is. */
export const rejectionOf = (pod: PodInfo, node: NodeInfo, snapshot: Snapshot): Rejection | undefined =>
  firstRejection(prepareFilters(pod, snapshot), node)?.rejection;

interface PreparedFilter {
  readonly filter: Filter;
  readonly test: NodeTest;
}

function prepareFilters(pod: PodInfo, snapshot: Snapshot): PreparedFilter[] {
  const prepared: PreparedFilter[] = [];
  for (const filter of FILTERS) {
    const test = filter.prepare(pod, snapshot);
    if (test) prepared.push({ filter, test });
  }
  return prepared;
}

function firstRejection(tests: readonly PreparedFilter[], node: NodeInfo): RejectedNode | undefined {
  for (const { filter, test } of tests) {
    const rejection = test(node);
    if (rejection) return { node, filter, rejection };
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

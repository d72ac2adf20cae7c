import type { NodeInfo } from '../nodeInfo.ts';
import { type Filter, type Rejection, resolvable, unresolvable } from '../plugin.ts';

/** What a pod asks for must be left on the node, and the node must take one more pod. */
export const nodeResourcesFit: Filter = {
  name: 'NodeResourcesFit',
  helpedBy: ['nodeAdded', 'nodeAllocatable', 'podRemoved'],
  isAboutNodeAlone: true,
  prepare({ requests }) {
    const wanted = [...requests].filter(([, amount]) => amount > 0);
    return (node) => rejectionOf(node, wanted);
  },
};

function rejectionOf(node: NodeInfo, wanted: readonly [string, number][]): Rejection | undefined {
  let reasons: string[] | undefined;
  let isTooMuch = false;
  if (node.pods.size >= (node.allocatable.get('pods') ?? 0)) reasons = ['Too many pods'];
  for (const [resource, amount] of wanted) {
    const allocatable = node.allocatable.get(resource) ?? 0;
    if (amount <= allocatable - (node.requested.get(resource) ?? 0)) continue;
    reasons ??= [];
    reasons.push(`Insufficient ${resource}`);
    // More than the whole node has: it would not fit even if it were empty.
    if (amount > allocatable) isTooMuch = true;
  }
  if (!reasons) return undefined;
  return isTooMuch ? unresolvable(...reasons) : resolvable(...reasons);
}

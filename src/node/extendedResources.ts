import type { Node, NodeStatus } from '../generated/types.ts';

/**
 * What a node must say of resources that somebody else has added to its capacity, as people do by hand for what no device plugin tells: all of
 * them can be used. `null` takes back what its capacity has lost. Empty when it is said already.
 */
export function extendedResources(
  { status = {} }: Node,
  { capacity: own = {} }: NodeStatus,
): Readonly<Record<string, string | null>> {
  const { capacity = {}, allocatable = {} } = status;
  const added = Object.entries(capacity).filter(
    ([name, count]) => !(name in own) && allocatable[name] !== count,
  );
  const lost = Object.keys(allocatable).filter((name) => !(name in own) && !(name in capacity));
  return { ...Object.fromEntries(added), ...Object.fromEntries(lost.map((name) => [name, null])) };
}

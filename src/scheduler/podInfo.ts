import { deepEqual, keyOf, type ObjectKey } from '../apimachinery/object.ts';
import type { Pod } from '../generated/types.ts';
import { countsOtherwise } from '../resources/pod/accountedSpec.ts';
import { type PodAffinity, podAffinityOf } from './affinityTerms.ts';
import { type HostPort, hostPortsOf } from './hostPorts.ts';
import { type Amounts, nonZeroRequests, podRequests } from './podRequests.ts';
import { targetNodesOf } from './targetNodes.ts';

/** A pod with all that scheduling asks of it, worked out once. */
export interface PodInfo {
  readonly pod: Pod;
  readonly key: ObjectKey;
  readonly requests: Readonly<Amounts>;
  readonly nonZeroRequests: { readonly cpu: number; readonly memory: number };
  readonly hostPorts: readonly HostPort[];
  readonly affinity: PodAffinity;
  readonly targetNodes: ReadonlySet<string> | undefined;
}

export const podInfoOf = (pod: Pod): PodInfo => ({
  pod,
  key: keyOf(pod),
  requests: podRequests(pod),
  nonZeroRequests: nonZeroRequests(pod),
  hostPorts: hostPortsOf(pod),
  affinity: podAffinityOf(pod),
  targetNodes: targetNodesOf(pod),
});

/** Admission fills it in; who has none is in the middle. */
export const priorityOf = ({ pod }: PodInfo): number => pod.spec.priority ?? 0;

export const hasAffinity = ({ affinity }: PodInfo): boolean =>
  affinity.required.length > 0 ||
  affinity.requiredAnti.length > 0 ||
  affinity.preferred.length > 0 ||
  affinity.preferredAnti.length > 0;

/** Whether a pod that was resized takes less of anything than it did. */
export const takesLess = ({ requests }: PodInfo, before: PodInfo): boolean =>
  [...before.requests].some(([resource, amount]) => (requests.get(resource) ?? 0) < amount);

/** Whether scheduling sees no difference: most news of a pod is about its status. */
export const asksForTheSame = (before: Pod, after: Pod): boolean =>
  before.metadata.uid === after.metadata.uid &&
  hasSameSpec(before, after) &&
  deepEqual(before.metadata.labels, after.metadata.labels);

function hasSameSpec(before: Pod, after: Pod): boolean {
  const { generation } = after.metadata;
  // What a pod that is being resized takes also depends on how far its node has come.
  if (generation !== undefined && generation > 1) return !countsOtherwise(before, after);
  if (before.spec === after.spec) return true;
  if (generation !== undefined && generation === before.metadata.generation) return true;
  return deepEqual(before.spec, after.spec);
}

import { deepEqual } from '../../apimachinery/object.ts';
import type { Pod, PodStatus } from '../../generated/types.ts';

const OWN_FIELDS = [
  'phase',
  'observedGeneration',
  'reason',
  'message',
  'startTime',
  'conditions',
  'hostIP',
  'hostIPs',
  'podIP',
  'podIPs',
  'initContainerStatuses',
  'containerStatuses',
  'ephemeralContainerStatuses',
  'qosClass',
] as const satisfies readonly (keyof PodStatus)[];

/** Another life of the pod must not be touched: the uid is part of the patch, as upstream has it. */
export interface StatusPatch {
  readonly metadata: { readonly uid: string };
  readonly status: object;
}

/** A strategic merge patch that makes the pod's status this one; undefined when it is already. */
export function statusPatch(pod: Pod, status: PodStatus): StatusPatch | undefined {
  const before = pod.status ?? {};
  const changes: Record<string, unknown> = {};
  for (const field of OWN_FIELDS) {
    if (deepEqual(before[field], status[field])) continue;
    changes[field] = status[field] ?? null;
  }
  if (Object.keys(changes).length === 0) return undefined;
  if (status.conditions && changes.conditions)
    changes.conditions = changedConditions(before, status.conditions);
  return { metadata: { uid: pod.metadata.uid ?? '' }, status: changes };
}

/** Conditions are merged by type: only those that differ, so that nobody else's is overwritten. */
const changedConditions = (before: PodStatus, after: NonNullable<PodStatus['conditions']>) =>
  after.filter(
    (condition) =>
      !deepEqual(
        condition,
        before.conditions?.find(({ type }) => type === condition.type),
      ),
  );

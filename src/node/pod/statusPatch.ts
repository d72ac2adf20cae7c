import { deepEqual } from '../../apimachinery/object.ts';
import type { Pod, PodCondition, PodStatus } from '../../generated/types.ts';
import { RESIZE_CONDITIONS } from './conditions.ts';

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

/** Lists that are merged by address. */
const ADDRESS_FIELDS = ['podIPs', 'hostIPs'] as const satisfies readonly (keyof PodStatus)[];

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
    if (field === 'conditions' || deepEqual(before[field], status[field])) continue;
    changes[field] = status[field] ?? null;
  }
  for (const field of ADDRESS_FIELDS) {
    if (changes[field]) changes[field] = changedAddresses(before[field] ?? [], status[field] ?? []);
  }
  const conditions = changedConditions(before.conditions ?? [], status.conditions ?? []);
  if (conditions.length > 0) changes.conditions = conditions;
  if (Object.keys(changes).length === 0) return undefined;
  return { metadata: { uid: pod.metadata.uid ?? '' }, status: changes };
}

/** A pod that came back with its node has another address: the one that it had must be taken away by name. */
const changedAddresses = (before: readonly { ip: string }[], after: readonly { ip: string }[]) => [
  ...before
    .filter(({ ip }) => !after.some((other) => other.ip === ip))
    .map(({ ip }) => ({ $patch: 'delete', ip })),
  ...after,
];

/**
 * Conditions are merged by type: only those that differ, so that nobody else's is overwritten. What a condition no longer
 * says must be taken away by name, or a pod that became ready would keep the reason for which it was not.
 */
const changedConditions = (before: readonly PodCondition[], after: readonly PodCondition[]) => [
  ...before.flatMap(({ type = '' }) =>
    RESIZE_CONDITIONS.includes(type) && !after.some((condition) => condition.type === type)
      ? [{ $patch: 'delete', type }]
      : [],
  ),
  ...after.flatMap((condition) => {
    const last = before.find(({ type }) => type === condition.type);
    if (deepEqual(condition, last)) return [];
    const gone = Object.keys(last ?? {}).filter((field) => !Object.hasOwn(condition, field));
    return [{ ...Object.fromEntries(gone.map((field) => [field, null])), ...condition }];
  }),
];

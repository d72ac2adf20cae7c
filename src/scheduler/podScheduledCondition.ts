import { type EpochMs, timestamp } from '../clock/clock.ts';
import type { Pod, PodCondition } from '../generated/types.ts';

export type FailureReason = 'Unschedulable' | 'SchedulerError';

/** The condition `PodScheduled` of a pod that got no node; undefined when the pod says just that already. */
export function podScheduledCondition(
  { metadata, status }: Pod,
  reason: FailureReason,
  message: string,
  now: EpochMs,
): PodCondition | undefined {
  const known = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (known?.status === 'False' && known.reason === reason && known.message === message) return undefined;
  return {
    type: 'PodScheduled',
    status: 'False',
    reason,
    message,
    lastTransitionTime:
      known?.status === 'False' && known.lastTransitionTime ? known.lastTransitionTime : timestamp(now),
    ...(metadata.generation !== undefined && { observedGeneration: metadata.generation }),
  };
}

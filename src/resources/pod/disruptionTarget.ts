import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { PodCondition } from '../../generated/types.ts';

/** What the cluster notes on a pod that it is about to end, so that nobody blames the pod (KEP-3329). */
export const disruptionTarget = (reason: string, message: string, now: EpochMs): PodCondition => ({
  type: 'DisruptionTarget',
  status: 'True',
  reason,
  message,
  lastTransitionTime: timestamp(now),
});

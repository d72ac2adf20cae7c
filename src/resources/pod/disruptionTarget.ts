import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { Pod, PodCondition } from '../../generated/types.ts';

/** What the cluster notes on a pod that it is about to end, so that nobody blames the pod (KEP-3329). */
export const disruptionTarget = (
  { metadata }: Pod,
  reason: string,
  message: string,
  now: EpochMs,
): PodCondition => ({
  type: 'DisruptionTarget',
  status: 'True',
  reason,
  message,
  ...observedGeneration(metadata),
  lastTransitionTime: timestamp(now),
});

/** Of which generation of the pod a status or a condition of it speaks (KEP-5067). */
export const observedGeneration = ({ generation }: Pod['metadata']): { observedGeneration?: number } =>
  generation === undefined ? {} : { observedGeneration: generation };

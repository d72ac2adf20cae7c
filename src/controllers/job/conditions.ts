import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { JobCondition } from '../../generated/types.ts';

/** The conditions with one of a type set. Going from nothing to False says nothing, so it is not added. */
export function withCondition(
  conditions: readonly JobCondition[],
  type: string,
  status: 'True' | 'False',
  reason: string,
  message: string,
  now: EpochMs,
): readonly JobCondition[] {
  const existing = conditions.find((condition) => condition.type === type);
  const isSaid = existing?.status === status && existing.reason === reason && existing.message === message;
  if (existing ? isSaid : status === 'False') return conditions;
  const time = timestamp(now);
  const condition = { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message };
  return existing
    ? conditions.map((other) => (other === existing ? condition : other))
    : [...conditions, condition];
}

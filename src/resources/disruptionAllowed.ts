import { type EpochMs, timestamp } from '../clock/clock.ts';
import type { Condition, PodDisruptionBudgetStatus } from '../generated/types.ts';

export const DISRUPTION_ALLOWED = 'DisruptionAllowed';
export const SYNC_FAILED = 'SyncFailed';

/** The status with the condition that tells whether it allows a disruption. */
export const withDisruptionAllowed = (
  status: PodDisruptionBudgetStatus,
  now: EpochMs,
): PodDisruptionBudgetStatus =>
  (status.disruptionsAllowed ?? 0) > 0
    ? withCondition(status, 'True', 'SufficientPods', '', now)
    : withCondition(status, 'False', 'InsufficientPods', '', now);

/** The status of a budget of which nobody can tell what it allows: nothing, then. */
export const withSyncFailed = (
  status: PodDisruptionBudgetStatus,
  message: string,
  now: EpochMs,
): PodDisruptionBudgetStatus =>
  withCondition({ ...status, disruptionsAllowed: 0 }, 'False', SYNC_FAILED, message, now);

function withCondition(
  status: PodDisruptionBudgetStatus,
  value: 'True' | 'False',
  reason: string,
  message: string,
  now: EpochMs,
): PodDisruptionBudgetStatus {
  const before = status.conditions ?? [];
  const old = before.find(({ type }) => type === DISRUPTION_ALLOWED);
  const lastTransitionTime = old?.status === value ? old.lastTransitionTime : timestamp(now);
  const condition: Condition = {
    type: DISRUPTION_ALLOWED,
    status: value,
    observedGeneration: status.observedGeneration ?? 0,
    lastTransitionTime,
    reason,
    message,
  };
  const conditions = old ? before.map((each) => (each === old ? condition : each)) : [...before, condition];
  return { ...status, conditions };
}

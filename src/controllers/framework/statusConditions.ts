import { type EpochMs, timestamp } from '../../clock/clock.ts';

/** What the conditions of all workloads have. */
interface WorkloadCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** The condition that tells how a rollout goes, and what it says of one that has made no progress for too long. */
export const PROGRESSING = 'Progressing';
export const DEADLINE_EXCEEDED = 'ProgressDeadlineExceeded';

export const saysTheSame = (a: WorkloadCondition, b: WorkloadCondition): boolean =>
  a.status === b.status && a.reason === b.reason && a.message === b.message;

/** Since when the condition has its status: the time of the one before as long as that is the same. */
export const transitionTime = (before: WorkloadCondition | undefined, status: string, now: EpochMs): string =>
  (before?.status === status && before.lastTransitionTime) || timestamp(now);

/** Conditions stay where they were, so that a status does not change by order alone; those of others stay as they are. */
export const keepingOrder = <Condition extends WorkloadCondition>(
  before: readonly Condition[],
  after: readonly Condition[],
  isOwn: (condition: Condition) => boolean,
): Condition[] => [
  ...before.flatMap((old) => after.find(({ type }) => type === old.type) ?? (isOwn(old) ? [] : [old])),
  ...after.filter(({ type }) => !before.some((old) => old.type === type)),
];

import { deepEqual } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { CronJob, CronJobStatus, ObjectReference } from '../../generated/types.ts';
import type { Action } from './actions.ts';
import type { ActiveJobs } from './activeJobs.ts';

/** What is known of a CronJob, and told in its status. */
export interface Facts {
  readonly active: readonly ObjectReference[];
  readonly lastSuccessfulTime: string | undefined;
  readonly lastScheduleTime: EpochMs | undefined;
  /** When the next run starts, if all goes by the schedule. */
  readonly nextScheduleTime?: EpochMs | undefined;
  /** What annotations make the controller remember; it stays as it is unless it is given. */
  readonly memory?: Memory;
}

/** The part of the status in which the controller remembers what annotations ask for. */
export type Memory = Pick<
  CronJobStatus,
  'lastRunNow' | 'backfillRange' | 'backfilledUntil' | 'scheduleSeen' | 'scheduleSince'
>;

export const factsOf = ({ active, lastSuccessfulTime, lastScheduleTime }: ActiveJobs): Facts => ({
  active,
  lastSuccessfulTime,
  lastScheduleTime,
});

export function memoryOf({ status = {} }: CronJob): Memory {
  const { lastRunNow, backfillRange, backfilledUntil, scheduleSeen, scheduleSince } = status;
  return {
    ...(lastRunNow !== undefined && { lastRunNow }),
    ...(backfillRange !== undefined && { backfillRange }),
    ...(backfilledUntil !== undefined && { backfilledUntil }),
    ...(scheduleSeen !== undefined && { scheduleSeen }),
    ...(scheduleSince !== undefined && { scheduleSince }),
  };
}

/** Writes the status, unless it says so already. `started` is the name of the job that the plan starts before. */
export function statusAction(cronJob: CronJob, facts: Facts, started?: string): readonly Action[] {
  const { active, lastScheduleTime, lastSuccessfulTime, nextScheduleTime } = facts;
  const next: CronJobStatus = {
    ...(active.length > 0 && { active: [...active] }),
    ...(lastScheduleTime !== undefined && { lastScheduleTime: timestamp(lastScheduleTime) }),
    ...(lastSuccessfulTime && { lastSuccessfulTime }),
    ...(nextScheduleTime !== undefined && { nextScheduleTime: timestamp(nextScheduleTime) }),
    ...(facts.memory ?? memoryOf(cronJob)),
  };
  if (deepEqual(cronJob.status ?? {}, next)) return [];
  return [{ kind: 'updateStatus', status: next, ...(started !== undefined && { started }) }];
}

import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { CronJob } from '../../generated/types.ts';
import { moreSchedules, skipsRunsBeforeEdit } from '../../resources/cronjob/cronJobAnnotations.ts';
import { type Memory, memoryOf } from './status.ts';

/**
 * Upstream runs a job at once when an edit of the schedule names a time between the last run and now (#63371). Whoever does not want that
 * has the controller remember since when it has seen the schedule: times before that are nobody's.
 */
export function noteSchedule(cronJob: CronJob, now: EpochMs): Memory {
  const memory = memoryOf(cronJob);
  if (!skipsRunsBeforeEdit(cronJob)) {
    const { scheduleSeen: _, scheduleSince: __, ...others } = memory;
    return others;
  }
  const scheduleSeen = [cronJob.spec.timeZone ?? '', cronJob.spec.schedule, ...moreSchedules(cronJob)].join(
    ';',
  );
  if (memory.scheduleSeen === scheduleSeen && memory.scheduleSince) return memory;
  return { ...memory, scheduleSeen, scheduleSince: timestamp(now) };
}

/** Times up to here are not made up for. */
export const notBefore = ({ scheduleSince }: Memory): EpochMs =>
  scheduleSince === undefined ? Number.NEGATIVE_INFINITY : Date.parse(scheduleSince);

import type { EpochMs } from '../../clock/clock.ts';
import type { CronJob } from '../../generated/types.ts';
import { parseSchedule, type Schedule } from '../../resources/cronjob/schedule.ts';
import { isTimeZone } from '../../resources/cronjob/timeZone.ts';
import { countDue, lastDue, nextDue } from './dueTimes.ts';

/** More missed runs than this are warned of (upstream's limit). */
const TOO_MANY_MISSED = 100;

/** A readable schedule with its zone, or what is wrong with either. */
export type Timing =
  | { readonly kind: 'readable'; readonly schedule: Schedule; readonly timeZone: string }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly message: string };

const parsed = new Map<string, Schedule>();

export function timingOf({ spec }: CronJob, localTimeZone: string): Timing {
  const { timeZone } = spec;
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    const message = `invalid timeZone: ${JSON.stringify(timeZone)}: unknown time zone ${timeZone}`;
    return { kind: 'unreadable', reason: 'UnknownTimeZone', message };
  }
  const known = parsed.get(spec.schedule);
  const result = known ? { schedule: known } : parseSchedule(spec.schedule);
  if ('problem' in result) {
    const message = `unparseable schedule: ${JSON.stringify(spec.schedule)} : ${result.problem}`;
    return { kind: 'unreadable', reason: 'UnparseableSchedule', message };
  }
  if (!known) remember(spec.schedule, result.schedule);
  return { kind: 'readable', schedule: result.schedule, timeZone: timeZone ?? localTimeZone };
}

function remember(text: string, schedule: Schedule): void {
  if (parsed.size > 10_000) parsed.clear();
  parsed.set(text, schedule);
}

/** The run that is owed now, and when the next one will be. */
export interface Owed {
  readonly scheduledTime: EpochMs | undefined;
  readonly next: EpochMs | undefined;
  readonly tooManyMissed: boolean;
}

/** Of all runs missed since the last one, only the latest is owed. */
export function owedRun(
  cronJob: CronJob,
  { schedule, timeZone }: Extract<Timing, { kind: 'readable' }>,
  lastScheduleTime: EpochMs | undefined,
  now: EpochMs,
): Owed {
  const { startingDeadlineSeconds } = cronJob.spec;
  const created = Date.parse(cronJob.metadata.creationTimestamp ?? '') || now;
  const last = lastScheduleTime ?? created;
  const deadline = startingDeadlineSeconds === undefined ? last : now - startingDeadlineSeconds * 1000;
  const since = Math.max(last, deadline);
  const scheduledTime = lastDue(schedule, timeZone, last, now);
  return {
    scheduledTime,
    // A clock that was set back must not make the past due again.
    next: nextDue(schedule, timeZone, Math.max(now, last), scheduledTime ?? last),
    tooManyMissed:
      scheduledTime !== undefined &&
      countDue(schedule, timeZone, since, now, TOO_MANY_MISSED + 1) > TOO_MANY_MISSED,
  };
}

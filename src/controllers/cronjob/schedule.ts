import type { EpochMs } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { CronJob } from '../../generated/types.ts';
import {
  catchUpLimit,
  isExtended,
  missedLimit,
  moreSchedules,
  parseScheduleOf,
} from '../../resources/cronjob/cronJobAnnotations.ts';
import type { ParsedSchedule, Schedule } from '../../resources/cronjob/schedule.ts';
import { isTimeZone, knownZone } from '../../resources/cronjob/timeZone.ts';
import { delayOf, Runs } from './runs.ts';

/** More missed runs than this are warned of (upstream's limit). */
const TOO_MANY_MISSED = 100;
/** No look counts further, however much there is to catch up. */
const MOST_COUNTED = 10_000;

/** A readable schedule with its zone, or what is wrong with either. */
export type Timing =
  | { readonly kind: 'readable'; readonly runs: Runs }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly message: string };

const parsed = new Map<string, Schedule>();

export function timingOf(cronJob: CronJob, localTimeZone: string): Timing {
  const { spec } = cronJob;
  const { timeZone } = spec;
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    const message = `invalid timeZone: ${JSON.stringify(timeZone)}: unknown time zone ${timeZone}`;
    return { kind: 'unreadable', reason: 'UnknownTimeZone', message };
  }
  const schedules: Schedule[] = [];
  for (const text of [spec.schedule, ...moreSchedules(cronJob)]) {
    const result = parsedOnce(cronJob, text);
    if ('problem' in result) {
      const message = `unparseable schedule: ${JSON.stringify(text)} : ${result.problem}`;
      return { kind: 'unreadable', reason: 'UnparseableSchedule', message };
    }
    schedules.push(result.schedule);
  }
  return { kind: 'readable', runs: new Runs(cronJob, schedules, knownZone(timeZone ?? localTimeZone)) };
}

function parsedOnce(cronJob: CronJob, text: string): ParsedSchedule {
  const key = `${isExtended(cronJob) ? 'extended' : 'plain'} ${text}`;
  const known = parsed.get(key);
  if (known) return { schedule: known };
  const result = parseScheduleOf(cronJob, text);
  if ('schedule' in result) remember(key, result.schedule);
  return result;
}

function remember(key: string, schedule: Schedule): void {
  if (parsed.size > 10_000) parsed.clear();
  parsed.set(key, schedule);
}

/** The run that is owed now, and when the next one will be. */
export interface Owed {
  readonly scheduledTime: EpochMs | undefined;
  readonly next: EpochMs | undefined;
  /** When the next run starts that is not owed yet. */
  readonly nextRun: EpochMs | undefined;
  readonly tooManyMissed: boolean;
}

/**
 * Of all runs missed since the last one only the latest is owed, unless the CronJob wants to catch up: then the first. What was due up to
 * `notBefore` is not.
 */
export function owedRun(
  cronJob: CronJob,
  runs: Runs,
  lastScheduleTime: EpochMs | undefined,
  now: EpochMs,
  notBefore = Number.NEGATIVE_INFINITY,
): Owed {
  const { startingDeadlineSeconds } = cronJob.spec;
  const created = Date.parse(cronJob.metadata.creationTimestamp ?? '') || now;
  const last = Math.max(lastScheduleTime ?? created, notBefore);
  const deadline = startingDeadlineSeconds === undefined ? last : now - startingDeadlineSeconds * 1000;
  const since = Math.max(last, deadline);
  const scheduledTime = firstOwed(cronJob, runs, last, now);
  // A clock that was set back must not make the past due again.
  const next = runs.next(Math.max(now, last), scheduledTime ?? last);
  const limit = missedLimit(cronJob, TOO_MANY_MISSED);
  const tooManyMissed = scheduledTime !== undefined && runs.count(since, now, limit + 1) > limit;
  const startOf = (time: EpochMs | undefined) =>
    time === undefined ? undefined : time + delayOf(cronJob, runs, time);
  const startsAt = startOf(scheduledTime);
  const nextRun = startOf(next);
  if (startsAt !== undefined && startsAt > now) {
    return { scheduledTime: undefined, next: earliest(startsAt, next), nextRun: startsAt, tooManyMissed };
  }
  return { scheduledTime, next, nextRun, tooManyMissed };
}

/** The run that is owed whatever its jitter: those since `last` that were due before it are passed over. */
export function firstOwed(cronJob: CronJob, runs: Runs, last: EpochMs, now: EpochMs): EpochMs | undefined {
  const due = runs.last(last, now);
  return due === undefined ? undefined : firstToCatchUp(cronJob, runs, last, due, now);
}

/** The first of the runs since `last` that are to be made up for, and that still may start; the newest where none are. */
function firstToCatchUp(cronJob: CronJob, runs: Runs, last: EpochMs, due: EpochMs, now: EpochMs): EpochMs {
  const limit = catchUpLimit(cronJob);
  if (limit === undefined) return due;
  const { startingDeadlineSeconds = Number.POSITIVE_INFINITY } = cronJob.spec;
  const after = Math.max(last, now - startingDeadlineSeconds * 1000 - 1);
  if (limit === Number.POSITIVE_INFINITY) return Math.min(runs.next(after, last) ?? due, due);
  // Backward from the newest: what lies beyond the limit is not looked at.
  let first = due;
  for (let count = 1; count < Math.min(limit, MOST_COUNTED); count++) {
    const before = runs.last(last, first - 1);
    if (before === undefined || before <= after) break;
    first = before;
  }
  return first;
}

import { type EpochMs, timestamp } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { CronJob, Job } from '../../generated/types.ts';
import { scheduledTimeOf } from '../cronjob/cronJobJob.ts';
import type { Runs } from '../cronjob/runs.ts';
import { firstOwed } from '../cronjob/schedule.ts';

/** Runs that were due and will never start. */
export interface MissedRuns {
  readonly first: EpochMs;
  readonly last: EpochMs;
  /** How many; counted no further than a thousand. */
  readonly count: number;
  readonly reason: string;
  readonly message: string;
}

export interface Timetable {
  readonly cronJob: CronJob;
  /** The jobs of it that are there. */
  readonly jobs: readonly Job[];
  readonly runs: Runs;
  /** What was due until here is accounted for. */
  readonly since: EpochMs;
}

/** So much later a run that is due is in the status: what is looked at is not what is on its way. */
const GRACE_MS = 10_000;
const MOST_COUNTED = 1000;

/** When the run was due that was started last; undefined before the first. */
export function lastStarted({ cronJob, jobs }: Pick<Timetable, 'cronJob' | 'jobs'>): EpochMs | undefined {
  const { lastScheduleTime } = cronJob.status ?? {};
  const times = jobs.map((job) => scheduledTimeOf(cronJob, job)).filter((time) => time !== undefined);
  if (lastScheduleTime) times.push(Date.parse(lastScheduleTime));
  return times.length > 0 ? Math.max(...times) : undefined;
}

/**
 * What has been missed since it was last accounted for: runs that a later one has overtaken, be it started or owed by now, and the
 * one that is owed if its deadline has passed.
 */
export function missedRuns(timetable: Timetable, now: EpochMs): MissedRuns | undefined {
  const started = lastStarted(timetable);
  const owed = owedAt(timetable, now - GRACE_MS);
  const isTooLate = owed !== undefined && startsUntil(timetable, owed) < now - GRACE_MS;
  const end = owed !== undefined ? owed - (isTooLate ? 0 : 1) : started !== undefined ? started - 1 : 0;
  const times = [...missedBetween(timetable, started, end)];
  const [first] = times;
  if (first === undefined) return undefined;
  const last = times.length < MOST_COUNTED ? times.at(-1)! : lastBefore(timetable, started, end);
  return { first, last, count: times.length, ...explained(timetable, times.length, last, now) };
}

/** When the next one may be missed. */
export function nextMiss(timetable: Timetable, now: EpochMs): EpochMs | undefined {
  const { runs, since } = timetable;
  const beatFrom = lastStarted(timetable) ?? since;
  const next = runs.next(Math.max(now - GRACE_MS, beatFrom), beatFrom);
  const owed = owedAt(timetable, now - GRACE_MS);
  const deadline = owed === undefined ? undefined : startsUntil(timetable, owed) + GRACE_MS + 1;
  return earliest(
    next === undefined ? undefined : next + GRACE_MS,
    deadline !== undefined && deadline > now && Number.isFinite(deadline) ? deadline : undefined,
  );
}

function owedAt(timetable: Timetable, time: EpochMs): EpochMs | undefined {
  const { cronJob, runs, since } = timetable;
  return firstOwed(cronJob, runs, lastStarted(timetable) ?? createdAt(cronJob, since), time);
}

const createdAt = ({ metadata }: CronJob, otherwise: EpochMs): EpochMs =>
  Date.parse(metadata.creationTimestamp ?? '') || otherwise;

function startsUntil({ cronJob }: Timetable, scheduledTime: EpochMs): EpochMs {
  const { startingDeadlineSeconds } = cronJob.spec;
  return startingDeadlineSeconds === undefined
    ? Number.POSITIVE_INFINITY
    : scheduledTime + startingDeadlineSeconds * 1000;
}

function* missedBetween(
  { cronJob, jobs, runs, since }: Timetable,
  started: EpochMs | undefined,
  end: EpochMs,
): Generator<EpochMs> {
  const made = new Set(jobs.map((job) => scheduledTimeOf(cronJob, job)));
  const beatFrom = started ?? since;
  let count = 0;
  for (
    let time = runs.next(since, beatFrom);
    time !== undefined && time <= end && count < MOST_COUNTED;
    time = runs.next(time, beatFrom)
  ) {
    if (time === started || made.has(time)) continue;
    count++;
    yield time;
  }
}

function lastBefore({ runs, since }: Timetable, started: EpochMs | undefined, end: EpochMs): EpochMs {
  const last = runs.last(since, end) ?? since;
  return last === started ? (runs.last(since, last - 1) ?? since) : last;
}

/** In the words of the CronJob controller's events, where it has any. */
function explained(
  timetable: Timetable,
  count: number,
  last: EpochMs,
  now: EpochMs,
): Pick<MissedRuns, 'reason' | 'message'> {
  const which = inWords(count, last);
  const { spec, status } = timetable.cronJob;
  if (spec.concurrencyPolicy === 'Forbid' && (status?.active ?? []).length > 0)
    return { reason: 'JobAlreadyActive', message: `${which} did not start: a prior run was still active` };
  if (startsUntil(timetable, last) < now)
    return { reason: 'MissSchedule', message: `${which} did not start before the starting deadline` };
  return { reason: 'NotStarted', message: `${which} did not start before the next was due` };
}

function inWords(count: number, last: EpochMs): string {
  if (count === 1) return `The run of ${timestamp(last)}`;
  return `${count} runs${count < MOST_COUNTED ? '' : ' or more'}, the last of ${timestamp(last)},`;
}

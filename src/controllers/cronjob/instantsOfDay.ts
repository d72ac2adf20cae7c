import type { EpochMs } from '../../clock/clock.ts';
import type { Schedule } from '../../resources/cronjob/schedule.ts';

type Fields = Extract<Schedule, { kind: 'fields' }>;

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

/**
 * The first instant of a day after `after` at which the schedule is due. On a day of a clock change a time that does not exist is left
 * out, and one that exists twice comes twice, as upstream has it.
 */
export function firstOfDayAfter(
  schedule: Fields,
  day: Temporal.PlainDate,
  timeZone: string,
  after: EpochMs,
): EpochMs | undefined {
  const { start, end } = boundsOf(day, timeZone);
  if (end - start !== DAY_MS) return changingDay(schedule, start, end, timeZone).find((time) => time > after);
  const minutes = minutesOf(schedule);
  const minute = minutes[countUpTo(minutes, Math.floor((after - start) / MINUTE_MS))];
  return minute === undefined ? undefined : start + minute * MINUTE_MS;
}

/** The last instant of a day up to `until` at which the schedule is due. */
export function lastOfDayUntil(
  schedule: Fields,
  day: Temporal.PlainDate,
  timeZone: string,
  until: EpochMs,
): EpochMs | undefined {
  const { start, end } = boundsOf(day, timeZone);
  if (end - start !== DAY_MS)
    return changingDay(schedule, start, end, timeZone).findLast((time) => time <= until);
  const minutes = minutesOf(schedule);
  const minute = minutes[countUpTo(minutes, Math.floor((until - start) / MINUTE_MS)) - 1];
  return minute === undefined ? undefined : start + minute * MINUTE_MS;
}

/** How many of the sorted minutes are not above the limit. */
function countUpTo(minutes: readonly number[], limit: number): number {
  let low = 0;
  let high = minutes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (minutes[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Bounds {
  readonly start: EpochMs;
  readonly end: EpochMs;
}

interface Day extends Bounds {
  readonly date: Temporal.PlainDate;
}

const MOST_KNOWN_ZONES = 1_000;
/** The day that each zone was last asked for. The next question is mostly about the same one. */
const latest = new Map<string, Day>();

/** The day of an instant in a zone. */
export function dayOf(time: EpochMs, timeZone: string): Temporal.PlainDate {
  const day = latest.get(timeZone);
  if (day && day.start <= time && time < day.end) return day.date;
  const date = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone).toPlainDate();
  if (latest.size >= MOST_KNOWN_ZONES) latest.clear();
  latest.set(timeZone, { date, ...boundsOf(date, timeZone) });
  return date;
}

const MOST_KNOWN_DAYS = 1_000;
const known = new Map<string, Bounds>();

/** When a day begins and ends in a zone. Many schedules look at the same few days. */
function boundsOf(day: Temporal.PlainDate, timeZone: string): Bounds {
  const newest = latest.get(timeZone);
  if (newest?.date === day) return newest;
  const key = `${day} ${timeZone}`;
  let bounds = known.get(key);
  if (!bounds) {
    bounds = { start: startOf(day, timeZone), end: startOf(day.add({ days: 1 }), timeZone) };
    if (known.size >= MOST_KNOWN_DAYS) known.clear();
    known.set(key, bounds);
  }
  return bounds;
}

const startOf = (day: Temporal.PlainDate, timeZone: string): EpochMs =>
  day.toZonedDateTime({ timeZone }).epochMilliseconds;

const minutes = new WeakMap<Fields, readonly number[]>();

/** Minutes since midnight at which the schedule is due on an ordinary day. */
function minutesOf(schedule: Fields): readonly number[] {
  let known = minutes.get(schedule);
  if (!known) {
    const sorted = (set: ReadonlySet<number>) => [...set].sort((a, b) => a - b);
    known = sorted(schedule.hours).flatMap((hour) =>
      sorted(schedule.minutes).map((minute) => hour * 60 + minute),
    );
    minutes.set(schedule, known);
  }
  return known;
}

function changingDay(schedule: Fields, start: EpochMs, end: EpochMs, timeZone: string): EpochMs[] {
  const instants: EpochMs[] = [];
  for (let time = start; time < end; time += MINUTE_MS) {
    const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone);
    if (schedule.hours.has(hour) && schedule.minutes.has(minute)) instants.push(time);
  }
  return instants;
}

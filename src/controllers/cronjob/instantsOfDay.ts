import type { EpochMs } from '../../clock/clock.ts';
import type { Schedule } from '../../resources/cronjob/schedule.ts';

type Fields = Extract<Schedule, { kind: 'fields' }>;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
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
  const { minutes, seconds } = timesOf(schedule);
  const second = Math.floor((after - start) / SECOND_MS);
  const minute = Math.floor(second / 60);
  const below = countUpTo(minutes, minute);
  // The rest of the minute that `after` lies in, then the minutes after it.
  const later = minutes[below - 1] === minute ? seconds[countUpTo(seconds, second - minute * 60)] : undefined;
  if (later !== undefined) return start + minute * MINUTE_MS + later * SECOND_MS;
  return minutes[below] === undefined
    ? undefined
    : start + minutes[below] * MINUTE_MS + seconds[0]! * SECOND_MS;
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
  const { minutes, seconds } = timesOf(schedule);
  const second = Math.floor((until - start) / SECOND_MS);
  const minute = Math.floor(second / 60);
  const upTo = countUpTo(minutes, minute);
  const isWithin = minutes[upTo - 1] === minute;
  const earlier = isWithin ? seconds[countUpTo(seconds, second - minute * 60) - 1] : undefined;
  if (earlier !== undefined) return start + minute * MINUTE_MS + earlier * SECOND_MS;
  const before = minutes[isWithin ? upTo - 2 : upTo - 1];
  return before === undefined ? undefined : start + before * MINUTE_MS + seconds.at(-1)! * SECOND_MS;
}

/** How many of the sorted values are not above the limit. */
function countUpTo(values: readonly number[], limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= limit) low = middle + 1;
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

/** When the schedule is due on an ordinary day: in these minutes since midnight, at these seconds of each. */
interface Times {
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
}

const times = new WeakMap<Fields, Times>();
const FIRST_SECOND: ReadonlySet<number> = new Set([0]);

function timesOf(schedule: Fields): Times {
  let known = times.get(schedule);
  if (!known) {
    const sorted = (set: ReadonlySet<number>) => [...set].sort((a, b) => a - b);
    const minutes = sorted(schedule.hours).flatMap((hour) =>
      sorted(schedule.minutes).map((minute) => hour * 60 + minute),
    );
    known = { minutes, seconds: sorted(schedule.seconds ?? FIRST_SECOND) };
    times.set(schedule, known);
  }
  return known;
}

function changingDay(schedule: Fields, start: EpochMs, end: EpochMs, timeZone: string): EpochMs[] {
  const { seconds } = timesOf(schedule);
  const instants: EpochMs[] = [];
  for (let time = start; time < end; time += MINUTE_MS) {
    const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone);
    if (!schedule.hours.has(hour) || !schedule.minutes.has(minute)) continue;
    for (const second of seconds) instants.push(time + second * SECOND_MS);
  }
  return instants;
}

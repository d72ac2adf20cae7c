import type { EpochMs } from '../../clock/clock.ts';
import type { Schedule } from '../../resources/cronjob/schedule.ts';
import { isSpecialDayOfMonth, isSpecialWeekday } from '../../resources/cronjob/specialDays.ts';
import { knownLast, knownNext, rememberGap } from './gaps.ts';
import { dayOf, firstOfDayAfter, lastOfDayUntil } from './instantsOfDay.ts';

type Fields = Extract<Schedule, { kind: 'fields' }>;

/** Schedules that name a day which does not come within so many months are never due (29 February comes within eight years). */
const FARTHEST_MONTHS = 12 * 9;

/**
 * The first time after `after` at which the schedule is due in the zone; undefined for a day that never comes (`0 0 31 2 *`).
 * `@every` counts from `beatFrom`, so that whoever looks late, or anew, keeps its beat.
 */
export function nextDue(
  schedule: Schedule,
  timeZone: string,
  after: EpochMs,
  beatFrom: EpochMs = after,
): EpochMs | undefined {
  if (schedule.kind === 'every') {
    const first = Math.floor(beatFrom / 1000) * 1000;
    return first + (Math.floor((after - first) / schedule.periodMs) + 1) * schedule.periodMs;
  }
  const known = knownNext(schedule, timeZone, after);
  if (known !== undefined) return known;
  const next = searchForward(schedule, timeZone, after);
  if (next !== undefined) rememberGap(schedule, timeZone, { from: after, beginsDue: false, to: next });
  return next;
}

function searchForward(schedule: Fields, timeZone: string, after: EpochMs): EpochMs | undefined {
  for (const day of daysFrom(schedule, dayOf(after, timeZone), 1)) {
    const found = firstOfDayAfter(schedule, day, timeZone, after);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The last time up to `until`, and after `after`, at which the schedule was due. Looks back from `until`, so a long sleep costs nothing. */
export function lastDue(
  schedule: Schedule,
  timeZone: string,
  after: EpochMs,
  until: EpochMs,
): EpochMs | undefined {
  if (schedule.kind === 'every') {
    const first = Math.floor(after / 1000) * 1000;
    const periods = Math.floor((until - first) / schedule.periodMs);
    return periods >= 1 ? first + periods * schedule.periodMs : undefined;
  }
  const last = knownLast(schedule, timeZone, until) ?? searchBackward(schedule, timeZone, after, until);
  return last !== undefined && last > after ? last : undefined;
}

function searchBackward(
  schedule: Fields,
  timeZone: string,
  after: EpochMs,
  until: EpochMs,
): EpochMs | undefined {
  const firstDay = dayOf(after, timeZone);
  for (const day of daysFrom(schedule, dayOf(until, timeZone), -1)) {
    if (Temporal.PlainDate.compare(day, firstDay) < 0) return undefined;
    const last = lastOfDayUntil(schedule, day, timeZone, until);
    if (last === undefined) continue;
    const next = nextDue(schedule, timeZone, until);
    if (next !== undefined) rememberGap(schedule, timeZone, { from: last, beginsDue: true, to: next });
    return last;
  }
  return undefined;
}

/** How often the schedule was due after `after` and up to `until`, counted no further than `most`. */
export function countDue(
  schedule: Schedule,
  timeZone: string,
  after: EpochMs,
  until: EpochMs,
  most: number,
): number {
  let count = 0;
  let time = nextDue(schedule, timeZone, after);
  while (time !== undefined && time <= until && count < most) {
    count++;
    time = nextDue(schedule, timeZone, time);
  }
  return count;
}

/** The days on which the schedule is due, from `start` onward or backward. Months that it does not name are stepped over whole. */
function* daysFrom(
  schedule: Fields,
  start: Temporal.PlainDate,
  direction: 1 | -1,
): Generator<Temporal.PlainDate> {
  let day = start;
  const months = { months: direction };
  for (let month = 0; month < FARTHEST_MONTHS; month++) {
    if (schedule.months.has(day.month)) {
      for (; ; day = day.add({ days: direction })) {
        if (isDueOn(schedule, day)) yield day;
        if (endsMonth(day, direction)) break;
      }
    }
    const next = day.with({ day: 1 }).add(months);
    day = direction === 1 ? next : next.with({ day: next.daysInMonth });
  }
}

const endsMonth = (day: Temporal.PlainDate, direction: 1 | -1): boolean =>
  day.day === (direction === 1 ? day.daysInMonth : 1);

function isDueOn(schedule: Fields, day: Temporal.PlainDate): boolean {
  const { special } = schedule;
  const isDayOfMonth =
    schedule.daysOfMonth.has(day.day) || (special !== undefined && isSpecialDayOfMonth(special, day));
  const isDayOfWeek =
    schedule.daysOfWeek.has(day.dayOfWeek % 7) || (special !== undefined && isSpecialWeekday(special, day));
  return schedule.eitherDay ? isDayOfMonth || isDayOfWeek : isDayOfMonth && isDayOfWeek;
}

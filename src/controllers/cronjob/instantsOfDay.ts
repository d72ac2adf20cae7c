import type { EpochMs } from '../../clock/clock.ts';
import type { Schedule } from '../../resources/cronjob/schedule.ts';

type Fields = Extract<Schedule, { kind: 'fields' }>;

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

/**
 * The instants of a day at which the schedule is due, in order. On a day of a clock change a time that does not exist is left out, and
 * one that exists twice comes twice, as upstream has it.
 */
export function instantsOfDay(
  schedule: Fields,
  day: Temporal.PlainDate,
  timeZone: string,
): readonly EpochMs[] {
  const start = startOf(day, timeZone);
  const end = startOf(day.add({ days: 1 }), timeZone);
  if (end - start === DAY_MS) return minutesOf(schedule).map((minute) => start + minute * MINUTE_MS);
  return instantsOfChangingDay(schedule, start, end, timeZone);
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

function instantsOfChangingDay(schedule: Fields, start: EpochMs, end: EpochMs, timeZone: string): EpochMs[] {
  const instants: EpochMs[] = [];
  for (let time = start; time < end; time += MINUTE_MS) {
    const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone);
    if (schedule.hours.has(hour) && schedule.minutes.has(minute)) instants.push(time);
  }
  return instants;
}

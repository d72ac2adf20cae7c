import type { EpochMs } from '../../clock/clock.ts';
import { parseSchedule, type Schedule } from '../../resources/cronjob/schedule.ts';

const MINUTE_MS = 60_000;

/**
 * The latest time up to `until`, and not before `since`, that a schedule names: found by looking at every minute, so it shares no thought
 * with the controller. Periods (`@every`) are none of it.
 */
export function latestDueMinute(
  text: string,
  timeZone: string,
  since: EpochMs,
  until: EpochMs,
): EpochMs | undefined {
  const parsed = parseSchedule(text);
  if ('problem' in parsed || parsed.schedule.kind !== 'fields') return undefined;
  const first = Math.floor(until / MINUTE_MS) * MINUTE_MS;
  for (let minute = first; minute >= since; minute -= MINUTE_MS) {
    if (names(parsed.schedule, minute, timeZone)) return minute;
  }
  return undefined;
}

function names(schedule: Extract<Schedule, { kind: 'fields' }>, minute: EpochMs, timeZone: string): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(minute).toZonedDateTimeISO(timeZone);
  const isDayOfMonth = schedule.daysOfMonth.has(local.day);
  const isDayOfWeek = schedule.daysOfWeek.has(local.dayOfWeek % 7);
  const isDay = schedule.eitherDay ? isDayOfMonth || isDayOfWeek : isDayOfMonth && isDayOfWeek;
  return (
    isDay &&
    schedule.months.has(local.month) &&
    schedule.hours.has(local.hour) &&
    schedule.minutes.has(local.minute)
  );
}

import type { EpochMs } from '../../clock/clock.ts';

const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3_600;
const HOURS_PER_DAY = 24;
const DAYS_PER_YEAR = 365;

/** What upstream shows where it knows no time. */
export const UNKNOWN = '<unknown>';

/** `2m`, `3h12m`, `5d`: two units at most, the smaller one only while it says something (`duration.HumanDuration`). */
export function humanDuration(durationMs: number): string {
  const seconds = Math.trunc(durationMs / 1000);
  // A clock may lag a little behind the one that stamped the object.
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 2 * SECONDS_PER_MINUTE) return `${seconds}s`;
  return minutesOrMore(seconds, Math.trunc(seconds / SECONDS_PER_MINUTE));
}

function minutesOrMore(seconds: number, minutes: number): string {
  if (minutes < 10) return twoUnits(minutes, 'm', seconds % SECONDS_PER_MINUTE, 's');
  if (minutes < 3 * 60) return `${minutes}m`;
  return hoursOrMore(minutes, Math.trunc(seconds / SECONDS_PER_HOUR));
}

function hoursOrMore(minutes: number, hours: number): string {
  if (hours < 8) return twoUnits(hours, 'h', minutes % 60, 'm');
  if (hours < 2 * HOURS_PER_DAY) return `${hours}h`;
  const days = Math.trunc(hours / HOURS_PER_DAY);
  if (days < 8) return twoUnits(days, 'd', hours % HOURS_PER_DAY, 'h');
  if (days < 2 * DAYS_PER_YEAR) return `${days}d`;
  const years = Math.trunc(days / DAYS_PER_YEAR);
  return years < 8 ? twoUnits(years, 'y', days % DAYS_PER_YEAR, 'd') : `${years}y`;
}

const twoUnits = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;

/** How long ago `timestamp` was, as `humanDuration` says it; `<unknown>` when there is none. */
export const age = (timestamp: string | undefined, now: EpochMs): string =>
  timestamp ? humanDuration(now - Date.parse(timestamp)) : UNKNOWN;

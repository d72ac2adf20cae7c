import { type ParsedSchedule, parseFields, parseSchedule, WEEKDAYS } from './schedule.ts';
import { parseField } from './scheduleField.ts';
import type { SpecialDays } from './specialDays.ts';

/** A field without its special words, and what they say. */
interface Taken<Words> {
  readonly rest: string;
  readonly words: Words;
}

/**
 * Reads what upstream's schedules cannot say: seconds, as a first of six fields; `L`, `L-3`, `LW` and `15W` among the days of the month;
 * `5#2` (the second Friday) and `5L` (the last) among those of the week. Everything else is as in any schedule.
 */
export function parseExtendedSchedule(text: string): ParsedSchedule {
  if (text.length === 0 || text.startsWith('@')) return parseSchedule(text);
  const fields = text.trim().split(/\s+/).filter(Boolean);
  if (fields.length !== 5 && fields.length !== 6)
    return { problem: `expected 5 or 6 fields, found ${fields.length}: [${fields.join(' ')}]` };
  const [second, minute, hour, dayOfMonth, month, dayOfWeek] = (
    fields.length === 6 ? fields : ['0', ...fields]
  ) as [string, string, string, string, string, string];
  const seconds = parseField(second, { min: 0, max: 59 });
  if ('problem' in seconds) return seconds;
  const days = takeDays(dayOfMonth);
  const weekdays = takeWeekdays(dayOfWeek);
  const parsed = parseFields([minute, hour, days.rest, month, weekdays.rest]);
  if ('problem' in parsed || parsed.schedule.kind !== 'fields') return parsed;
  const special: SpecialDays = { ...days.words, ...weekdays.words };
  return { schedule: { ...parsed.schedule, seconds: seconds.values, special } };
}

function takeDays(field: string): Taken<Pick<SpecialDays, 'beforeLast' | 'lastWorkday' | 'nearestWorkday'>> {
  const beforeLast: number[] = [];
  const nearestWorkday: number[] = [];
  let lastWorkday = false;
  const rest = field.split(',').filter((part) => {
    const [, before] = /^L(?:-([1-9]|[12]\d|30))?$/i.exec(part) ?? ['', 'none'];
    const [, near] = /^([1-9]|[12]\d|3[01])W$/i.exec(part) ?? [];
    const isLastWorkday = /^LW$/i.test(part);
    if (before !== 'none') beforeLast.push(Number(before ?? 0));
    if (near !== undefined) nearestWorkday.push(Number(near));
    lastWorkday ||= isLastWorkday;
    return before === 'none' && near === undefined && !isLastWorkday;
  });
  return { rest: rest.join(','), words: { beforeLast, lastWorkday, nearestWorkday } };
}

const WEEKDAY = `[0-6]|${WEEKDAYS.join('|')}`;
const NTH = new RegExp(`^(${WEEKDAY})#([1-5])$`, 'i');
const LAST = new RegExp(`^(${WEEKDAY})L$`, 'i');

function takeWeekdays(field: string): Taken<Pick<SpecialDays, 'nthWeekday' | 'lastWeekday'>> {
  const nthWeekday: (readonly [number, number])[] = [];
  const lastWeekday: number[] = [];
  const rest = field.split(',').filter((part) => {
    const nth = NTH.exec(part);
    const last = LAST.exec(part);
    if (nth) nthWeekday.push([weekdayOf(nth[1]!), Number(nth[2])]);
    if (last) lastWeekday.push(weekdayOf(last[1]!));
    return !nth && !last;
  });
  return { rest: rest.join(','), words: { nthWeekday, lastWeekday } };
}

const weekdayOf = (text: string): number =>
  WEEKDAYS.includes(text.toLowerCase()) ? WEEKDAYS.indexOf(text.toLowerCase()) : Number(text);

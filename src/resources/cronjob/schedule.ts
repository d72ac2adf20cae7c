import { type FieldRange, parseField } from './scheduleField.ts';
import type { SpecialDays } from './specialDays.ts';

/** When a CronJob is due: the five fields as sets, or a period. */
export type Schedule =
  | {
      readonly kind: 'fields';
      readonly minutes: ReadonlySet<number>;
      readonly hours: ReadonlySet<number>;
      readonly daysOfMonth: ReadonlySet<number>;
      /** January is 1. */
      readonly months: ReadonlySet<number>;
      /** Sunday is 0. */
      readonly daysOfWeek: ReadonlySet<number>;
      /** With `*` in one of the two day fields the other decides; else either is enough (cron's old rule). */
      readonly eitherDay: boolean;
      /** The seconds of a minute, where it says more than a plain schedule can; else the first. */
      readonly seconds?: ReadonlySet<number>;
      readonly special?: SpecialDays;
    }
  | { readonly kind: 'every'; readonly periodMs: number };

export type ParsedSchedule = { readonly schedule: Schedule } | { readonly problem: string };

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** As schedules name them, Sunday first. */
export const WEEKDAYS: readonly string[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const RANGES: readonly FieldRange[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: new Map(MONTHS.map((name, index) => [name, index + 1])) },
  { min: 0, max: 6, names: new Map(WEEKDAYS.map((name, index) => [name, index])) },
];

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Reads the standard five fields, `@hourly` and its kin, and `@every 1h30m`; problems are worded as upstream's parser words them. */
export function parseSchedule(text: string): ParsedSchedule {
  if (text.length === 0) return { problem: 'empty spec string' };
  if (text.startsWith('@')) return parseDescriptor(text);
  const fields = text.trim().split(/\s+/).filter(Boolean);
  if (fields.length !== 5) {
    return { problem: `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]` };
  }
  return parseFields(fields);
}

/** The five fields, one by one. */
export function parseFields(fields: readonly string[]): ParsedSchedule {
  const sets: ReadonlySet<number>[] = [];
  for (const [index, field] of fields.entries()) {
    const parsed = parseField(field, RANGES[index]!);
    if ('problem' in parsed) return parsed;
    sets.push(parsed.values);
  }
  const [minutes, hours, daysOfMonth, months, daysOfWeek] = sets as [
    ReadonlySet<number>,
    ReadonlySet<number>,
    ReadonlySet<number>,
    ReadonlySet<number>,
    ReadonlySet<number>,
  ];
  const eitherDay = !isStar(fields[2]!) && !isStar(fields[4]!);
  return { schedule: { kind: 'fields', minutes, hours, daysOfMonth, months, daysOfWeek, eitherDay } };
}

/** `*`, `?` and `*` with a step of one leave the choice to the other day field. */
const isStar = (field: string) => field.split(',').some((part) => /^[*?](\/1)?$/.test(part));

function parseDescriptor(text: string): ParsedSchedule {
  const fields = DESCRIPTORS[text];
  if (fields !== undefined) return parseSchedule(fields);
  if (!text.startsWith('@every ')) return { problem: `unrecognized descriptor: ${text}` };
  const duration = text.slice('@every '.length);
  const durationMs = parseGoDuration(duration);
  if (durationMs === undefined) {
    return {
      problem: `failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`,
    };
  }
  // Upstream rounds down to whole seconds, and up to one.
  return { schedule: { kind: 'every', periodMs: Math.max(1000, Math.floor(durationMs / 1000) * 1000) } };
}

const UNIT_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 1e-6,
};

/** `1h30m`, `2.5s`: Go's way to write durations; undefined when it is none. */
function parseGoDuration(text: string): number | undefined {
  if (!/^[+-]?(\d+(\.\d*)?(h|ms|m|s|us|µs|ns))+$/.test(text)) return text === '0' ? 0 : undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d*)?)(h|ms|m|s|us|µs|ns)/g)) {
    sum += Number(amount) * UNIT_MS[unit!]!;
  }
  return text.startsWith('-') ? -sum : sum;
}

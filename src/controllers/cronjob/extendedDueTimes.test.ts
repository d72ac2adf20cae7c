import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExtendedSchedule } from '../../resources/cronjob/extendedSchedule.ts';
import type { Schedule } from '../../resources/cronjob/schedule.ts';
import { lastDue, nextDue } from './dueTimes.ts';

function schedule(text: string): Schedule {
  const parsed = parseExtendedSchedule(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.schedule;
}

/** The first times of 2026 at which a schedule is due. */
function times(text: string, count: number, from = '2026-01-01T00:00:00Z', zone = 'UTC'): string[] {
  const found: string[] = [];
  let time: number | undefined = Date.parse(from) - 1;
  while (found.length < count) {
    time = nextDue(schedule(text), zone, time);
    if (time === undefined) break;
    found.push(
      new Date(time)
        .toISOString()
        .slice(0, 19)
        .replace(/T00:00:00$/, ''),
    );
  }
  return found;
}

const due: Record<string, string[]> = {
  '0 0 L * *': ['2026-01-31', '2026-02-28', '2026-03-31'],
  '0 0 L-1 * *': ['2026-01-30', '2026-02-27', '2026-03-30'],
  // 31 January 2026 is a Saturday, so is 28 February; 31 March is a Tuesday.
  '0 0 LW * *': ['2026-01-30', '2026-02-27', '2026-03-31'],
  // Saturday 1 August gives way to Monday the 3rd, not to July.
  '0 0 1W 8 *': ['2026-08-03', '2027-08-02', '2028-08-01'],
  // Sunday 15 February and 15 March.
  '0 0 15W 2,3 *': ['2026-02-16', '2026-03-16', '2027-02-15'],
  '0 0 31W * *': ['2026-01-30', '2026-03-31', '2026-05-29'],
  '0 0 * * 5#2': ['2026-01-09', '2026-02-13', '2026-03-13'],
  '0 0 * * 1#5': ['2026-03-30', '2026-06-29', '2026-08-31'],
  '0 0 * * 5L': ['2026-01-30', '2026-02-27', '2026-03-27'],
  '*/20 59 23 * * *': [
    '2026-01-01T23:59:00',
    '2026-01-01T23:59:20',
    '2026-01-01T23:59:40',
    '2026-01-02T23:59:00',
  ],
  '0 0 30W 2 *': [],
};
for (const [text, want] of Object.entries(due)) {
  test(`"${text}" is due at ${want.join(', ') || 'no time'}`, () =>
    expect(times(text, Math.max(1, want.length))).toEqual(want));
}

test('seconds go on through the hour that a change of the clock repeats', () => {
  const found = times('30 59 1 * * *', 3, '2026-11-01T00:00:00Z', 'America/New_York');
  expect(found).toEqual(['2026-11-01T05:59:30', '2026-11-01T06:59:30', '2026-11-02T06:59:30']);
});

test('the next and the last time are those that a look at every second finds', () => {
  const seconds = fc.constantFrom('0', '30', '*/20', '5,59', '*');
  const minutes = fc.constantFrom('*', '0', '*/7', '59');
  const hours = fc.constantFrom('*', '0', '23', '*/12');
  const offset = fc.integer({ min: 0, max: 2 * 86_400 });
  const start = Date.parse('2026-03-28T00:00:00Z');
  fc.assert(
    fc.property(seconds, minutes, hours, offset, (second, minute, hour, at) => {
      const read = schedule(`${second} ${minute} ${hour} * * *`);
      if (read.kind !== 'fields') return;
      const isDue = (time: number) => {
        const shown = new Date(time);
        return (
          read.seconds!.has(shown.getUTCSeconds()) &&
          read.minutes.has(shown.getUTCMinutes()) &&
          read.hours.has(shown.getUTCHours())
        );
      };
      const now = start + at * 1000 + 500;
      let next = start + (at + 1) * 1000;
      while (!isDue(next)) next += 1000;
      let last = start + at * 1000;
      while (!isDue(last)) last -= 1000;
      expect(nextDue(read, 'UTC', now)).toBe(next);
      expect(lastDue(read, 'UTC', start - 3 * 86_400_000, now)).toBe(last);
    }),
    { numRuns: 60 },
  );
});

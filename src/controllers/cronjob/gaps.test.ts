import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSchedule, type Schedule } from '../../resources/cronjob/schedule.ts';
import { lastDue, nextDue } from './dueTimes.ts';

/** One that nobody has asked anything yet. */
function fresh(text: string): Schedule {
  const parsed = parseSchedule(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.schedule;
}

const text = fc.constantFrom('* * * * *', '*/7 3,4 * * *', '30 2 * * *', '0 12 * * 1-5', '59 23 31 * *');
const zone = fc.constantFrom('Etc/UTC', 'Europe/Berlin', 'Australia/Lord_Howe');
// Around a change of clocks, and far from one.
const start = fc.constantFrom(Date.parse('2026-10-24T20:00:00Z'), Date.parse('2026-06-01T00:00:00Z'));
const question = fc.record({
  zone,
  isNext: fc.boolean(),
  seconds: fc.integer({ min: 0, max: 200_000 }),
  back: fc.integer({ min: 0, max: 100_000 }),
});

test('what is remembered of a schedule changes no answer', () => {
  fc.assert(
    fc.property(text, start, fc.array(question, { minLength: 2, maxLength: 20 }), (due, begin, questions) => {
      const asked = fresh(due);
      for (const { zone: timeZone, isNext, seconds, back } of questions) {
        const time = begin + seconds * 1000;
        const answer = (schedule: Schedule) =>
          isNext ? nextDue(schedule, timeZone, time) : lastDue(schedule, timeZone, time - back * 1000, time);
        expect(answer(asked)).toBe(answer(fresh(due)));
      }
    }),
  );
});

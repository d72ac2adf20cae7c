import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExtendedSchedule } from './extendedSchedule.ts';
import { parseSchedule } from './schedule.ts';

const NO_WORDS = { beforeLast: [], lastWorkday: false, nearestWorkday: [], nthWeekday: [], lastWeekday: [] };

const words: Record<string, object> = {
  '0 0 L * *': { beforeLast: [0] },
  '0 0 L-3,15W * *': { beforeLast: [3], nearestWorkday: [15] },
  '0 0 lw * *': { lastWorkday: true },
  '0 9 * * 5#2': { nthWeekday: [[5, 2]] },
  '0 9 * * FRI#2,monL': { nthWeekday: [[5, 2]], lastWeekday: [1] },
  '*/10 * * * * *': {},
};
for (const [text, want] of Object.entries(words)) {
  test(`"${text}" is read`, () =>
    expect(parseExtendedSchedule(text)).toMatchObject({ schedule: { special: { ...NO_WORDS, ...want } } }));
}

const problems: Record<string, string> = {
  '': 'empty spec string',
  '* * * *': 'expected 5 or 6 fields, found 4: [* * * *]',
  '60 * * * * *': 'end of range (60) above maximum (59): 60',
  '0 0 32W * *': 'failed to parse int from 32W: strconv.Atoi: parsing "32W": invalid syntax',
  '0 0 * * 5#6': 'failed to parse int from 5#6: strconv.Atoi: parsing "5#6": invalid syntax',
};
for (const [text, problem] of Object.entries(problems)) {
  test(`"${text}" is refused: ${problem}`, () => expect(parseExtendedSchedule(text)).toEqual({ problem }));
}

test('seconds are the first of six fields', () => {
  expect(parseExtendedSchedule('*/20 5 * * * *')).toMatchObject({
    schedule: { seconds: new Set([0, 20, 40]), minutes: new Set([5]) },
  });
});

test('what a plain schedule says, it says here', () => {
  const field = fc.constantFrom('*', '5', '1-4', '*/2', '3,6');
  fc.assert(
    fc.property(fc.tuple(field, field, field, field, field), (fields) => {
      const text = fields.join(' ');
      const plain = parseSchedule(text) as { schedule: object };
      expect(parseExtendedSchedule(text)).toEqual({
        schedule: { ...plain.schedule, seconds: new Set([0]), special: NO_WORDS },
      });
    }),
  );
});

test('no text makes the parser throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseExtendedSchedule(text)));
  fc.assert(
    fc.property(fc.stringMatching(/^[\d*,/#LW a-z-]{0,30}$/), (text) => void parseExtendedSchedule(text)),
  );
});

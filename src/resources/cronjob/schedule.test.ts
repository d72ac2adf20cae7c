import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSchedule } from './schedule.ts';

const problems: Record<string, string> = {
  '': 'empty spec string',
  '* * * *': 'expected exactly 5 fields, found 4: [* * * *]',
  '61 * * * *': 'end of range (61) above maximum (59): 61',
  '* 24 * * *': 'end of range (24) above maximum (23): 24',
  '* * 0 * *': 'beginning of range (0) below minimum (1): 0',
  '5-1 * * * *': 'beginning of range (5) beyond end of range (1): 5-1',
  '*/0 * * * *': 'step of range should be a positive number: */0',
  'a * * * *': 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax',
  '1-2-3 * * * *': 'too many hyphens: 1-2-3',
  '1/2/3 * * * *': 'too many slashes: 1/2/3',
  '@often': 'unrecognized descriptor: @often',
  '@every x': 'failed to parse duration @every x: time: invalid duration "x"',
};
for (const [text, problem] of Object.entries(problems)) {
  test(`"${text}" is refused: ${problem}`, () => expect(parseSchedule(text)).toEqual({ problem }));
}

function minutesOf(text: string): number[] {
  const parsed = parseSchedule(text);
  if ('problem' in parsed || parsed.schedule.kind !== 'fields') throw new Error(text);
  return [...parsed.schedule.minutes].sort((a, b) => a - b);
}

const minutes: Record<string, number[]> = {
  '*/20 * * * *': [0, 20, 40],
  '5/20 * * * *': [5, 25, 45],
  '1-3,10 * * * *': [1, 2, 3, 10],
  '10-20/5 * * * *': [10, 15, 20],
  '@hourly': [0],
};
for (const [text, want] of Object.entries(minutes)) {
  test(`"${text}" is due at minutes ${want}`, () => expect(minutesOf(text)).toEqual(want));
}

test('months and days have names in any case', () => {
  const parsed = parseSchedule('0 0 * FEB mon-Fri');
  expect(parsed).toMatchObject({ schedule: { months: new Set([2]), daysOfWeek: new Set([1, 2, 3, 4, 5]) } });
});

test('a period is rounded to seconds, one at least', () => {
  expect(parseSchedule('@every 1h30m')).toEqual({ schedule: { kind: 'every', periodMs: 5_400_000 } });
  expect(parseSchedule('@every 10ms')).toEqual({ schedule: { kind: 'every', periodMs: 1000 } });
});

test('either day is enough only when both day fields restrict', () => {
  const either = (text: string) =>
    (parseSchedule(text) as { schedule: { eitherDay: boolean } }).schedule.eitherDay;
  expect([either('0 0 1 * 1'), either('0 0 * * 1'), either('0 0 1 * *')]).toEqual([true, false, false]);
});

test('no text makes the parser throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseSchedule(text)));
  fc.assert(fc.property(fc.stringMatching(/^[\d*,/@ a-z-]{0,30}$/), (text) => void parseSchedule(text)));
});

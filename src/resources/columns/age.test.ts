import { expect, test } from 'vitest';
import { age, humanDuration } from './age.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

const cases: [durationMs: number, text: string][] = [
  [-2 * SECOND, '<invalid>'],
  [-1999, '0s'],
  [-SECOND, '0s'],
  [0, '0s'],
  [999, '0s'],
  [SECOND, '1s'],
  [70 * SECOND, '70s'],
  [2 * MINUTE - SECOND, '119s'],
  [2 * MINUTE, '2m'],
  [2 * MINUTE + SECOND, '2m1s'],
  [10 * MINUTE - SECOND, '9m59s'],
  [10 * MINUTE + SECOND, '10m'],
  [3 * HOUR - MINUTE, '179m'],
  [3 * HOUR, '3h'],
  [3 * HOUR + 5 * MINUTE, '3h5m'],
  [8 * HOUR - MINUTE, '7h59m'],
  [8 * HOUR + 30 * MINUTE, '8h'],
  [2 * DAY - HOUR, '47h'],
  [2 * DAY, '2d'],
  [2 * DAY + HOUR, '2d1h'],
  [8 * DAY - HOUR, '7d23h'],
  [8 * DAY + HOUR, '8d'],
  [2 * YEAR - DAY, '729d'],
  [2 * YEAR, '2y'],
  [2 * YEAR + DAY, '2y1d'],
  [8 * YEAR - DAY, '7y364d'],
  [8 * YEAR + DAY, '8y'],
];
test.each(cases)('%d ms are %s', (durationMs, text) => expect(humanDuration(durationMs)).toBe(text));

test('the age of an object is counted from its timestamp', () => {
  expect(age('2026-01-01T00:00:00Z', Date.UTC(2026, 0, 1, 0, 0, 30))).toBe('30s');
});

test('without a timestamp the age is unknown', () => expect(age(undefined, 0)).toBe('<unknown>'));

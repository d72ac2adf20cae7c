import { expect, test } from 'vitest';
import { parseDuration } from './duration.ts';

const cases: Record<string, number> = {
  '0': 0,
  '24h': 86_400_000,
  '24h0m0s': 86_400_000,
  '1h30m': 5_400_000,
  '2d': 172_800_000,
  '1.5s': 1500,
  '200ms': 200,
};
for (const [text, ms] of Object.entries(cases)) {
  test(`${text} are ${ms} ms`, () => expect(parseDuration(text)).toBe(ms));
}

test.each(['', '24', 'h', '-1h', '1w', '1h x', '1h,30m'])('"%s" is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

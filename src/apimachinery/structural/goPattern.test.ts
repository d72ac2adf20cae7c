import { expect, test } from 'vitest';
import { goPattern } from './goPattern.ts';

test.each<[pattern: string, right: string[], wrong: string[]]>([
  ['^a+$', ['aa'], ['b']],
  ['^(?i)(abort|warn)?$', ['ABORT', 'warn', ''], ['other']],
  ['^((?i)january|may|[1-9])(?:x|$)$', ['January', 'MAY', '3x'], ['june', '3X']],
  ['(?i)^a\\|[(|]$', ['A|(', 'a||'], ['a|b']],
  ['^(?P<one>x)\\z', ['x'], ['xy']],
  ['^[[:alpha:]_]+$', ['ab_'], ['1']],
  ['^[a-z]+(?:\\.[a-z]+)*$', ['a.b'], ['a..b']],
  ['^a\\-b\\_$', ['a-b_'], ['ab']],
])('%s', (pattern, right, wrong) => {
  for (const text of right) expect(goPattern(pattern)?.test(text), text).toBe(true);
  for (const text of wrong) expect(goPattern(pattern)?.test(text), text).toBe(false);
});

test('what is no pattern is none', () => {
  expect(goPattern('(a')).toBeUndefined();
});

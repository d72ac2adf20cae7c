import { expect, test } from 'vitest';
import { GoRegexp } from './goRegexp.ts';

const found = (pattern: string, text: string) =>
  [...new GoRegexp(pattern).findAll(text)].map(({ from, to }) => text.slice(from, to));

const finds: [pattern: string, text: string, want: string[]][] = [
  ['[0-9]*', 'abc 123', ['', '', '', '', '123']],
  ['[0-9]+', '123 abc 456', ['123', '456']],
  ['a|ab', 'ab', ['a']],
  ['ab|a', 'ab', ['ab']],
  ['a+?', 'aaa', ['a', 'a', 'a']],
  ['(?U)a+', 'aa', ['a', 'a']],
  ['a{2,3}', 'aaaaaaa', ['aaa', 'aaa']],
  ['a{2}', 'aaa', ['aa']],
  ['(ab)+', 'ababxab', ['abab', 'ab']],
  ['(?:x|y)z?', 'xzy', ['xz', 'y']],
  ['(?P<name>b)c', 'abc', ['bc']],
  ['^b', 'a\nb', []],
  ['(?m)^b$', 'a\nb\nc', ['b']],
  ['a.c', 'a\nc abc', ['abc']],
  ['(?s)a.c', 'a\nc', ['a\nc']],
  ['(?i)straße', 'STRAßE', ['STRAßE']],
  ['(?i:a)b', 'Ab AB', ['Ab']],
  ['\\bfoo\\b', 'foo food', ['foo']],
  ['\\Boo', 'foo oo', ['oo']],
  ['[[:alpha:]_]+', 'a_b1', ['a_b']],
  ['[^[:digit:]]+', '1ab2', ['ab']],
  ['[\\w.-]+', 'a-b.c d', ['a-b.c', 'd']],
  ['[\\W]', 'a b', [' ']],
  ['[]a]+', ']a]', [']a]']],
  ['[a-]+', 'a-b', ['a-']],
  ['[-a]+', 'a-b', ['a-']],
  ['\\pL+', 'añ1', ['añ']],
  ['\\p{Greek}', 'aλ', ['λ']],
  ['\\PL', 'a1', ['1']],
  ['\\Qa.b\\E', 'axb a.b', ['a.b']],
  ['\\x41\\x{1F600}', 'A😀', ['A😀']],
  ['.', '😀a', ['😀', 'a']],
  ['\\d{3}-\\d{4}', '555-1234', ['555-1234']],
  ['a\\-b\\/c', 'a-b/c', ['a-b/c']],
  ['\\s', '\u00a0 ', [' ']],
  ['x*', 'baac', ['', '', '', '', '']],
  ['^$', '', ['']],
  ['(a*)*', 'aab', ['aa', '']],
];
test.each(finds)('%s in %j', (pattern, text, want) => expect(found(pattern, text)).toEqual(want));

test.each([
  ['a(b', 'missing closing ): `a(b`'],
  ['a)', 'unexpected ): `a)`'],
  ['[a', 'missing closing ]: `[a`'],
  ['*a', 'missing argument to repetition operator: `*`'],
  ['a**', 'invalid nested repetition operator: `**`'],
  ['a{1001}', 'invalid repeat count: `{1001}`'],
  ['a{3,2}', 'invalid repeat count: `{3,2}`'],
  ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
  ['\\q', 'invalid escape sequence: `\\q`'],
  ['a\\', 'trailing backslash at end of expression: ``'],
  ['((a{1000}){1000}){1000}', 'expression too large: `((a{1000}){1000}){1000}`'],
])('%s cannot be read', (pattern, why) =>
  expect(() => new GoRegexp(pattern)).toThrow(`error parsing regexp: ${why}`),
);

test('what makes others try for ever takes no longer than anything else', () => {
  const text = `${'a'.repeat(5000)}!`;
  for (const pattern of ['^(a+)+$', '^(a|aa)+$', '^(a|a?)+$', '^(.*a){20}$']) {
    expect(new GoRegexp(pattern).test(text), pattern).toBe(false);
  }
});

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
  for (const text of right) expect(new GoRegexp(pattern).test(text), text).toBe(true);
  for (const text of wrong) expect(new GoRegexp(pattern).test(text), text).toBe(false);
});

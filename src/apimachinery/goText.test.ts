import { expect, test } from 'vitest';
import { goJson, goQuoted } from './goText.ts';

test.each([
  ['', '""'],
  ['a b', '"a b"'],
  ['a"b\\c', '"a\\"b\\\\c"'],
  ['<é>&', '"<é>&"'],
  ['\x07\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
  ['\0\x1b\x7f', '"\\x00\\x1b\\x7f"'],
  ['a\u00a0b\u200bc\u00ad\u2028', '"a\\u00a0b\\u200bc\\u00ad\\u2028"'],
  ['日本😀', '"日本😀"'],
  ['\u{e0001}', '"\\U000e0001"'],
])('%j is quoted as Go does', (text, want) => {
  expect(goQuoted(text)).toBe(want);
});

test('JSON has no tags', () => {
  expect(goJson({ a: '<b> & "c"\u2028', n: [1, null] })).toBe(
    '{"a":"\\u003cb\\u003e \\u0026 \\"c\\"\\u2028","n":[1,null]}',
  );
});

import { expect, test } from 'vitest';
import { highest, nextRevision, parseRevision } from './revision.ts';

test.each<[string | undefined, bigint | undefined]>([
  ['1', 1n],
  ['+7', 7n],
  ['-1', -1n],
  ['9223372036854775807', 9223372036854775807n],
  ['9223372036854775808', undefined],
  ['1.5', undefined],
  ['1e3', undefined],
  ['', undefined],
  [undefined, undefined],
])('the annotation %j says %s', (text, want) => {
  expect(parseRevision(text)).toBe(want);
});

test.each<[bigint[], bigint]>([
  [[], 1n],
  [[-5n], 1n],
  [[3n, 10n, 9n], 11n],
  [[3546343826724305832n], 3546343826724305833n],
])('after %s comes %s', (revisions, want) => {
  expect(nextRevision(revisions)).toBe(want);
});

test('the highest is told from others by number, not by text', () => {
  expect(highest([2n, 10n, 9n])).toBe(10n);
});

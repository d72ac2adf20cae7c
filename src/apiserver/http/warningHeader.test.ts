import { expect, test } from 'vitest';
import { warningHeader } from './warningHeader.ts';

const a = (count: number) => 'a'.repeat(count);
const many = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => `${index}${a(length)}`.slice(0, length));
const lengths = (header: string | undefined) => (header ?? '').split(', ').map((text) => text.length - 8);

const cases: Record<string, { warnings: string[]; want: number[] }> = {
  'each is told once': { warnings: ['b', 'a', 'b'], want: [1, 1] },
  'all have room': { warnings: [a(4000), 'bb'], want: [4000, 2] },
  'one too many, and all are cut': { warnings: [a(4000), 'bb', `b${a(299)}`], want: [256, 2, 256] },
  'those beyond are not told': { warnings: many(1000, 128), want: Array<number>(32).fill(128) },
};
for (const [name, { warnings, want }] of Object.entries(cases)) {
  test(name, () => expect(lengths(warningHeader(warnings))).toEqual(want));
}

test('without warnings there is no header', () => expect(warningHeader(['', ''])).toBeUndefined());

test('what a header cannot hold is left out of it', () =>
  expect(warningHeader(['say "x\\y"\n', 'größe'])).toBe('299 - "say \\"x\\\\y\\"?", 299 - "gr??e"'));

import { expect, test } from 'vitest';
import { type IntOrString, scaledValue } from './intOrString.ts';

const cases: [value: IntOrString, total: number, up: number, down: number][] = [
  [3, 10, 3, 3],
  ['25%', 10, 3, 2],
  ['0%', 10, 0, 0],
  ['100%', 7, 7, 7],
  ['1%', 1000, 10, 10],
  ['150%', 2, 3, 3],
];
for (const [value, total, up, down] of cases) {
  test(`${value} of ${total} is ${up}, or ${down} rounded down`, () => {
    expect(scaledValue(value, total, true)).toBe(up);
    expect(scaledValue(value, total, false)).toBe(down);
  });
}

test('a string that is no percentage is refused', () => {
  expect(() => scaledValue('3', 10, true)).toThrow(
    'invalid value for IntOrString: invalid type: string is not a percentage',
  );
  expect(() => scaledValue('x%', 10, true)).toThrow(
    'invalid value for IntOrString: invalid value "x%": strconv.Atoi: parsing "x": invalid syntax',
  );
});

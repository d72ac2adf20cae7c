import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  milliQuantity,
  milliValue,
  multiplyQuantity,
  parseQuantity,
  type Quantity,
  subtractQuantities,
  wholeQuantity,
  wholeValue,
} from './quantity.ts';

const canonical: Record<string, string> = {
  '0': '0',
  '0Ki': '0',
  '-0': '0',
  '1': '1',
  '+1': '1',
  '.5': '500m',
  '1.5': '1500m',
  '0.5': '500m',
  '100m': '100m',
  '1000m': '1',
  '1000': '1k',
  '1500': '1500',
  '1.5Gi': '1536Mi',
  '1024Mi': '1Gi',
  '1023': '1023',
  '1Ki': '1Ki',
  '1000Ki': '1000Ki',
  '0.5Ki': '512',
  '0.1Ki': '102400m',
  '1.1Mi': '1153433600m',
  '1e3': '1e3',
  '1E3': '1e3',
  '12e6': '12e6',
  '100e-3': '100e-3',
  '1e4': '10e3',
  '1E': '1E',
  '1Ei': '1Ei',
  '8Ei': '9223372036854775807',
  '0.1n': '1n',
  '-0.1n': '-1n',
  '1.0000000001': '1000000001n',
  '-1.5Gi': '-1536Mi',
  '0.0001Ki': '102400u',
  '1000E': '1000E',
};
describe('the canonical form', () => {
  for (const [given, want] of Object.entries(canonical)) {
    test(`of ${given} is ${want}`, () => expect(canonicalQuantity(given)).toBe(want));
  }
  test('of a JSON number is that of its digits', () => expect(canonicalQuantity(0.1)).toBe('100m'));
});

const GRAMMAR = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const SUFFIX = "unable to parse quantity's suffix";
const malformed: Record<string, string> = {
  '': GRAMMAR,
  abc: GRAMMAR,
  '1.1.1': GRAMMAR,
  '1 Gi': GRAMMAR,
  '--1': GRAMMAR,
  k: GRAMMAR,
  '1i': SUFFIX,
  '1e': SUFFIX,
  '1e+': SUFFIX,
  '1KI': GRAMMAR,
  '1KiKi': SUFFIX,
  '1e99999': SUFFIX,
};
for (const [given, message] of Object.entries(malformed)) {
  test(`${JSON.stringify(given)} is refused in upstream's words`, () =>
    expect(() => parseQuantity(given)).toThrow(expect.objectContaining({ message, code: 400 })));
}

test('values are rounded up', () => {
  expect(wholeValue(parseQuantity('1.1'))).toBe(2);
  expect(wholeValue(parseQuantity('-1.1'))).toBe(-2);
  expect(milliValue(parseQuantity('1.0001'))).toBe(1001);
  expect(milliValue(parseQuantity('2'))).toBe(2000);
});

test('sums keep the first format unless it is zero', () => {
  const sum = (a: string, b: string) => formatQuantity(addQuantities(parseQuantity(a), parseQuantity(b)));
  expect(sum('1Gi', '1G')).toBe('2073741824');
  expect(sum('0', '1Gi')).toBe('1Gi');
  expect(sum('1k', '1Ki')).toBe('2024');
  expect(formatQuantity(multiplyQuantity(parseQuantity('250m'), 4))).toBe('1');
  expect(formatQuantity(milliQuantity(250))).toBe('250m');
  expect(formatQuantity(wholeQuantity(2048, 'BinarySI'))).toBe('2Ki');
});

const quantity: fc.Arbitrary<Quantity> = fc.record({
  nano: fc.bigInt(-(10n ** 27n), 10n ** 27n),
  format: fc.constantFrom('DecimalSI' as const, 'BinarySI' as const, 'DecimalExponent' as const),
});

test('what is written is read back exactly, and is canonical', () =>
  fc.assert(
    fc.property(quantity, (given) => {
      const written = formatQuantity(given);
      expect(parseQuantity(written).nano).toBe(given.nano);
      expect(canonicalQuantity(written)).toBe(written);
    }),
  ));

test('subtraction undoes addition, and comparison agrees with both', () =>
  fc.assert(
    fc.property(quantity, quantity, (a, b) => {
      expect(subtractQuantities(addQuantities(a, b), b).nano).toBe(a.nano);
      expect(compareQuantities(addQuantities(a, b), a)).toBe(compareQuantities(b, wholeQuantity(0)));
    }),
  ));

test('any text is read or refused with 400', () =>
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[+-]?[0-9.]{0,5}[eEinumkKMGTP]{0,2}[-+]?[0-9]{0,6}$/)),
      (text) => {
        try {
          const written = canonicalQuantity(text);
          expect(canonicalQuantity(written)).toBe(written);
        } catch (error) {
          expect(error).toMatchObject({ code: 400 });
        }
      },
    ),
  ));

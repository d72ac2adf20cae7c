import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonLines } from './jsonLines.ts';

/** Cuts bytes at these places. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

test('however a stream is cut, its values come out whole and in order', () => {
  const values = fc.array(
    fc.oneof(
      fc.json().map((text): unknown => JSON.parse(text)),
      fc.string({ unit: 'binary' }),
    ),
  );
  fc.assert(
    fc.property(values, fc.array(fc.nat()), (expected, cuts) => {
      const bytes = Buffer.from(expected.map((value) => `${JSON.stringify(value)}\n`).join(''));
      const lines = new JsonLines();
      const read = pieces(bytes, cuts).flatMap((piece) => lines.push(piece));
      expect(JSON.stringify(read)).toBe(JSON.stringify(expected));
    }),
  );
});

test('a letter that is cut in the middle is one letter', () => {
  const lines = new JsonLines();
  const bytes = Buffer.from('"👋"\n');
  expect([...bytes].flatMap((byte) => lines.push(Buffer.of(byte)))).toEqual(['👋']);
});

test('empty lines are nothing, and a line without an end is not there yet', () => {
  expect(new JsonLines().push(Buffer.from('\n1\r\n \n{"a":'))).toEqual([1]);
});

test('what is not JSON is refused', () => {
  expect(() => new JsonLines().push(Buffer.from('<html>\n'))).toThrow(SyntaxError);
});

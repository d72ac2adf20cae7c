import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFieldSelector } from './fields.ts';

const matches = (selector: string, fields: Record<string, string>) =>
  parseFieldSelector(selector).matches((field) => fields[field]);

test('every requirement must hold', () => {
  expect(matches('metadata.name=x,spec.nodeName!=y', { 'metadata.name': 'x', 'spec.nodeName': 'z' })).toBe(
    true,
  );
  expect(matches('metadata.name=x,spec.nodeName!=y', { 'metadata.name': 'x', 'spec.nodeName': 'y' })).toBe(
    false,
  );
});
test('a field that is not set equals the empty value', () =>
  expect(matches('spec.nodeName=', {})).toBe(true));
test('a comma can be escaped', () => expect(matches('a=x\\,y', { a: 'x,y' })).toBe(true));
test('empty terms are skipped', () => expect(parseFieldSelector(',,').isEmpty).toBe(true));
test('a server finds the exact value that it has an index for', () => {
  const selector = parseFieldSelector('spec.nodeName==n1,status.phase!=Failed');
  expect(selector.exactValue('spec.nodeName')).toBe('n1');
  expect(selector.exactValue('status.phase')).toBeUndefined();
  expect(selector.requirements.map(({ field }) => field)).toEqual(['spec.nodeName', 'status.phase']);
});

const malformed: Record<string, string> = {
  abc: "invalid selector: 'abc'; can't understand 'abc'",
  'a=b=c': 'invalid field selector: unescaped character in value: 61',
  'a=b\\x': 'invalid field selector: invalid escape sequence: \\x',
  'a=b\\': 'invalid field selector: invalid escape sequence: \\',
};
for (const [selector, message] of Object.entries(malformed)) {
  test(`${selector} is refused in upstream's words`, () =>
    expect(() => parseFieldSelector(selector)).toThrow(expect.objectContaining({ message, code: 400 })));
}

test('any value survives being written and read', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      const escaped = value.replace(/[\\,=]/g, '\\$&');
      const selector = parseFieldSelector(`metadata.name=${escaped}`);
      expect(selector.exactValue('metadata.name')).toBe(value);
      expect(parseFieldSelector(selector.toString()).toString()).toBe(selector.toString());
    }),
  ));

test('any text is parsed or refused with 400', () =>
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '\\', ',', '=', '!', '😀') }), (text) => {
      try {
        parseFieldSelector(text);
      } catch (error) {
        expect(error).toMatchObject({ code: 400 });
      }
    }),
  ));

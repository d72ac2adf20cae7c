import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { labelSelectorOf, parseLabelSelector, selectorFromLabels } from './labels.ts';

const matching: [selector: string, labels: Record<string, string>, matches: boolean][] = [
  ['', { a: 'b' }, true],
  ['a=b', { a: 'b' }, true],
  ['a==b', { a: 'b' }, true],
  ['a=b', { a: 'c' }, false],
  ['a=', { a: '' }, true],
  ['a=', {}, false],
  ['a!=b', {}, true],
  ['a!=b', { a: 'b' }, false],
  ['a in (b,c)', { a: 'c' }, true],
  ['a in (b,c)', {}, false],
  ['a in ()', { a: '' }, true],
  ['a in (b,)', { a: '' }, true],
  ['a notin (b,c)', { a: 'd' }, true],
  ['a notin (b,c)', {}, true],
  ['a notin (b,c)', { a: 'b' }, false],
  ['a', { a: '' }, true],
  ['!a', { a: '' }, false],
  ['!a,b=c', { b: 'c' }, true],
  ['a>1', { a: '2' }, true],
  ['a>1', { a: '1' }, false],
  ['a<1', { a: '-7' }, true],
  ['a<1', { a: 'x' }, false],
  ['in in (notin)', { in: 'notin' }, true],
  ['constructor', {}, false],
  ['!constructor', {}, true],
  [' a = b , c ', { a: 'b', c: 'd' }, true],
];

describe('a selector in kubectl syntax', () => {
  for (const [selector, labels, expected] of matching) {
    test(`${JSON.stringify(selector)} ${expected ? 'matches' : 'does not match'} ${JSON.stringify(labels)}`, () =>
      expect(parseLabelSelector(selector).matches(labels)).toBe(expected));
  }

  test('is written back with its requirements ordered by key', () =>
    expect(parseLabelSelector('z in (b,a), !y,x==1,w,a!=2,b>3').toString()).toBe(
      'a!=2,b>3,w,x==1,!y,z in (a,b)',
    ));
});

const malformed: Record<string, string> = {
  'a=b=c': "found '=', expected: ',' or 'end of string'",
  'a in b': "unable to parse requirement: found 'b' expected: '('",
  'a in (b': "unable to parse requirement: found '', expected: ',' or ')'",
  'a,': "found '', expected: identifier after ','",
  ',a': "found ',', expected: !, identifier, or 'end of string'",
  '!': "unable to parse requirement: found '', expected: identifier",
  'a b': "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
  'a=b c': "found 'c', expected: ',' or 'end of string'",
  'a>x':
    "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
  '-a=b':
    "unable to parse requirement: <nil>: Invalid value: \"-a\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  'a=-b':
    "unable to parse requirement: values[0][a]: Invalid value: \"-b\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
};

for (const [selector, message] of Object.entries(malformed)) {
  test(`${JSON.stringify(selector)} is refused in upstream's words`, () =>
    expect(() => parseLabelSelector(selector)).toThrow(expect.objectContaining({ message, code: 400 })));
}

describe('a LabelSelector', () => {
  test('that is undefined matches nothing', () =>
    expect(labelSelectorOf(undefined).matches({ a: 'b' })).toBe(false));
  test('that is empty matches everything', () => expect(labelSelectorOf({}).matches(undefined)).toBe(true));
  test('needs all its labels and all its expressions', () => {
    const selector = labelSelectorOf({
      matchLabels: { a: 'b' },
      matchExpressions: [{ key: 'c', operator: 'NotIn', values: ['d'] }],
    });
    expect(selector.toString()).toBe('a=b,c notin (d)');
    expect(selector.matches({ a: 'b' })).toBe(true);
    expect(selector.matches({ a: 'b', c: 'd' })).toBe(false);
  });
  test('that is frozen is compiled once', () => {
    const selector = Object.freeze({ matchLabels: { a: 'b' } });
    expect(labelSelectorOf(selector)).toBe(labelSelectorOf(selector));
  });
  test('with an unknown operator is refused', () =>
    expect(() => labelSelectorOf({ matchExpressions: [{ key: 'a', operator: 'Near' }] })).toThrow(
      '"Near" is not a valid label selector operator',
    ));
});

test('the selector of no labels matches everything', () =>
  expect(selectorFromLabels(undefined).isEmpty).toBe(true));

const word = fc.stringMatching(/^[a-z0-9]([a-z0-9._-]{0,8}[a-z0-9])?$/);
const expression = fc.oneof(
  fc.record({
    key: word,
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ key: word, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
);
const labels = fc.dictionary(word, word, { maxKeys: 4 });

test('what a selector writes, the parser reads back with the same meaning', () =>
  fc.assert(
    fc.property(
      labels,
      fc.array(expression, { maxLength: 4 }),
      labels,
      (matchLabels, matchExpressions, given) => {
        const selector = labelSelectorOf({ matchLabels, matchExpressions });
        const reread = parseLabelSelector(selector.toString());
        expect(reread.toString()).toBe(selector.toString());
        expect(reread.matches({ ...matchLabels, ...given })).toBe(
          selector.matches({ ...matchLabels, ...given }),
        );
      },
    ),
  ));

test('any text is parsed or refused with 400', () =>
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-b=!<>(), in]{0,12}$/)),
      (text) => {
        try {
          parseLabelSelector(text).matches({ a: 'b' });
        } catch (error) {
          expect(error).toMatchObject({ code: 400 });
        }
      },
    ),
  ));

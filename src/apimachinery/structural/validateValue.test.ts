import { expect, test } from 'vitest';
import { errorMessage } from '../fieldErrors.ts';
import type { StructuralSchema } from './structuralSchema.ts';
import { validateLists } from './validateLists.ts';
import { validateValue } from './validateValue.ts';

const INT_OR_STRING = { 'x-kubernetes-int-or-string': true };

const cases: { title: string; schema: StructuralSchema; value: unknown; want: string[] }[] = [
  {
    title: 'a text is no number',
    schema: { type: 'integer' },
    value: 'three',
    want: ['spec: Invalid value: "string": spec in body must be of type integer: "string"'],
  },
  {
    title: 'a broken number is no integer',
    schema: { type: 'integer' },
    value: 1.5,
    want: ['spec: Invalid value: "number": spec in body must be of type integer: "number"'],
  },
  { title: 'an integer is a number', schema: { type: 'number' }, value: 1, want: [] },
  {
    title: 'a null must be allowed',
    schema: { type: 'string' },
    value: null,
    want: ['spec: Invalid value: "null": spec in body must be of type string: "null"'],
  },
  { title: 'a null may be allowed', schema: { type: 'string', nullable: true }, value: null, want: [] },
  { title: 'an int-or-string is a number', schema: INT_OR_STRING, value: 80, want: [] },
  { title: 'an int-or-string is a text', schema: INT_OR_STRING, value: '80%', want: [] },
  {
    title: 'an int-or-string is nothing else',
    schema: INT_OR_STRING,
    value: true,
    want: ['spec: Invalid value: "boolean": spec in body must be of type integer,string: "boolean"'],
  },
  {
    title: 'a value is one of those that are listed',
    schema: { type: 'string', enum: ['a', 'b'] },
    value: 'c',
    want: ['spec: Unsupported value: "c": supported values: "a", "b"'],
  },
  {
    title: 'a text follows its pattern',
    schema: { type: 'string', pattern: '^a+$' },
    value: 'b',
    want: [`spec: Invalid value: "b": spec in body should match '^a+$'`],
  },
  {
    title: 'a pattern is read as Go reads it',
    schema: { type: 'string', pattern: '(?i)^[[:alpha:]]+\\-(?P<rest>x)\\z' },
    value: 'AB-X',
    want: [],
  },
  {
    title: 'a text has its length, in letters',
    schema: { type: 'string', minLength: 2, maxLength: 3 },
    value: '👋',
    want: ['spec: Invalid value: "👋": spec in body should be at least 2 chars long'],
  },
  {
    title: 'a text is not too long',
    schema: { type: 'string', maxLength: 3 },
    value: 'abcd',
    want: ['spec: Too long: may not be more than 3 bytes'],
  },
  {
    title: 'a number keeps within its bounds',
    schema: { type: 'integer', minimum: 1, maximum: 0, exclusiveMaximum: true },
    value: 0,
    want: [
      'spec: Invalid value: 0: spec in body should be less than 0',
      'spec: Invalid value: 0: spec in body should be greater than or equal to 1',
    ],
  },
  {
    title: 'a number is a multiple',
    schema: { type: 'integer', multipleOf: 5 },
    value: 7,
    want: ['spec: Invalid value: 7: spec in body should be a multiple of 5'],
  },
  {
    title: 'a text has its format',
    schema: { type: 'string', format: 'date-time' },
    value: '2026-13-01T00:00:00Z',
    want: [
      'spec: Invalid value: "2026-13-01T00:00:00Z": spec in body must be of type date-time: "2026-13-01T00:00:00Z"',
    ],
  },
  {
    title: 'a format that nobody knows is no restriction',
    schema: { type: 'string', format: 'x' },
    value: 'y',
    want: [],
  },
  {
    title: 'a list has so many items, each as its schema says',
    schema: { type: 'array', minItems: 3, items: { type: 'string' } },
    value: ['a', 1],
    want: [
      'spec[1]: Invalid value: "integer": spec[1] in body must be of type string: "integer"',
      'spec: Invalid value: 2: spec in body should have at least 3 items',
    ],
  },
  {
    title: 'an object has what is required',
    schema: { type: 'object', required: ['a'], properties: { b: { type: 'string' } } },
    value: { b: 1 },
    want: [
      'spec.a: Required value',
      'spec.b: Invalid value: "integer": spec.b in body must be of type string: "integer"',
    ],
  },
  {
    title: 'one schema of several must fit',
    schema: { type: 'object', anyOf: [{ required: ['a'] }, { required: ['b'] }] },
    value: {},
    want: [
      '<nil>: Invalid value: "": "spec" must validate at least one schema (anyOf)',
      'spec.a: Required value',
    ],
  },
  {
    title: 'exactly one must fit, not none',
    schema: { type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] },
    value: {},
    want: [
      '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found none valid',
      'spec.a: Required value',
    ],
  },
  {
    title: 'exactly one must fit, not two',
    schema: { type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] },
    value: { a: 1, b: 2 },
    want: [
      '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives',
    ],
  },
  {
    title: 'all must fit',
    schema: { type: 'object', allOf: [{ required: ['a'] }, { required: ['b'] }] },
    value: { a: 1 },
    want: [
      'spec.b: Required value',
      '<nil>: Invalid value: "": "spec" must validate all the schemas (allOf)',
    ],
  },
  {
    title: 'what must not fit does not',
    schema: { type: 'object', not: { required: ['a'] } },
    value: { a: 1 },
    want: ['<nil>: Invalid value: "": "spec" must not validate the schema (not)'],
  },
];

test.each(cases)('$title', ({ schema, value, want }) => {
  expect(validateValue(value, schema, 'spec').map((error) => errorMessage(error))).toEqual(want);
});

test('what has not changed is not refused', () => {
  const schema: StructuralSchema = {
    type: 'object',
    properties: { a: { type: 'string', maxLength: 1 }, b: { type: 'string', maxLength: 1 } },
  };
  const errors = validateValue({ a: 'old', b: 'new' }, schema, '', { a: 'old', b: 'x' });
  expect(errors.map(({ field }) => field)).toEqual(['b']);
});

const formats: [format: string, right: string, wrong: string][] = [
  ['byte', 'aGVsbG8=', 'a'],
  ['cidr', '10.0.0.0/8', '10.0.0.0/33'],
  ['date', '2026-02-28', '2026-02-30'],
  ['duration', '1h30m', 'long'],
  ['email', 'a@example.com', 'a'],
  ['hostname', 'a.example.com', '-a'],
  ['ipv4', '10.0.0.1', '::1'],
  ['ipv6', '::1', '10.0.0.1'],
  ['mac', '00:00:5e:00:53:01', '00'],
  ['uri', 'https://example.com/x', 'example'],
  ['uuid', '123e4567-e89b-12d3-a456-426614174000', '123'],
];
test.each(formats)('the format %s takes %s and not %s', (format, right, wrong) => {
  expect(validateValue(right, { type: 'string', format })).toEqual([]);
  expect(validateValue(wrong, { type: 'string', format }).length).toBe(1);
});

test('an item of a set, or of a list with keys, is there once', () => {
  const set: StructuralSchema = { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } };
  const map: StructuralSchema = {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name', 'port'],
    items: {
      type: 'object',
      properties: { name: { type: 'string' }, port: { type: 'integer', default: 80 } },
    },
  };
  const told = (value: unknown, schema: StructuralSchema) =>
    validateLists(value, schema, 'spec').map((error) => errorMessage(error));
  expect(told(['a', 'b', 'a'], set)).toEqual(['spec[2]: Duplicate value: "a"']);
  expect(told([{ name: 'a' }, { name: 'a', port: 80 }], map)).toEqual([
    'spec[1]: Duplicate value: {"name":"a","port":80}',
  ]);
});

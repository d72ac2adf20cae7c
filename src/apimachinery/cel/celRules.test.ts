import { expect, test } from 'vitest';
import { errorMessage } from '../fieldErrors.ts';
import type { Rule, StructuralSchema } from '../structural/structuralSchema.ts';
import { ruleErrors, unenforcedRules } from './celRules.ts';

const spec = (rule: string | Rule, more: StructuralSchema = {}): StructuralSchema => ({
  type: 'object',
  properties: {
    replicas: { type: 'integer' },
    most: { type: 'integer' },
    'max-age': { type: 'string', format: 'duration' },
    since: { type: 'string', format: 'date-time' },
    port: { 'x-kubernetes-int-or-string': true },
    share: { type: 'number' },
    names: { type: 'array', items: { type: 'string' } },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    memory: { type: 'string' },
    list: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
  },
  ...more,
  'x-kubernetes-validations': [typeof rule === 'string' ? { rule } : rule],
});
const told = (value: unknown, schema: StructuralSchema, old?: unknown) =>
  ruleErrors(value, schema, 'spec', old, false).map((error) => errorMessage(error));

const rules: [rule: string, right: object, wrong: object][] = [
  ['self.replicas <= self.most', { replicas: 1, most: 2 }, { replicas: 3, most: 2 }],
  ['!has(self.most) || self.replicas < 5', { replicas: 9 }, { replicas: 9, most: 1 }],
  ['self.names.all(name, name.startsWith("a"))', { names: ['ab'] }, { names: ['b'] }],
  ['self.names.exists_one(name, name == "a")', { names: ['a', 'b'] }, { names: ['a', 'a'] }],
  ['size(self.names) > 1', { names: ['a', 'b'] }, { names: [] }],
  ['self.labels.all(key, self.labels[key] != "")', { labels: { a: 'x' } }, { labels: { a: '' } }],
  [
    'self.__max__dash__age == duration("1h")'.replace('__max', 'max'),
    { 'max-age': '60m' },
    { 'max-age': '1m' },
  ],
  [
    'self.since < timestamp("2027-01-01T00:00:00Z")',
    { since: '2026-01-01T00:00:00Z' },
    { since: '2028-01-01T00:00:00Z' },
  ],
  ['type(self.port) == int || self.port.endsWith("%")', { port: 80 }, { port: '80' }],
  ['self.share <= 1.5', { share: 1 }, { share: 2 }],
  ['self.?most.orValue(3) == 3', {}, { most: 4 }],
  ['has(self.list[0].a)', { list: [{ a: 'x' }] }, { list: [{}] }],
  ['self.names.isSorted()', { names: ['a', 'b'] }, { names: ['b', 'a'] }],
  ['quantity(self.memory).isLessThan(quantity("1Gi"))', { memory: '512Mi' }, { memory: '2Gi' }],
  ['self.memory.matches("^[0-9]+Mi$")', { memory: '5Mi' }, { memory: '5Gi' }],
];
test.each(rules)('%s', (rule, right, wrong) => {
  expect(told(right, spec(rule))).toEqual([]);
  expect(told(wrong, spec(rule))).toEqual([`spec: Invalid value: failed rule: ${rule}`]);
});

test('a rule says what it has to say, where it wants it said', () => {
  const rule = {
    rule: 'self.replicas < 3',
    message: 'too many',
    fieldPath: '.replicas',
    reason: 'FieldValueForbidden',
  };
  expect(told({ replicas: 3 }, spec(rule))).toEqual(['spec.replicas: Forbidden: too many']);
  const expressed = { rule: 'self.replicas < 3', messageExpression: '"not " + string(self.replicas)' };
  expect(told({ replicas: 3 }, spec(expressed))).toEqual(['spec: Invalid value: not 3']);
});

test('of a plain value, the message shows it', () => {
  const schema: StructuralSchema = { type: 'string', 'x-kubernetes-validations': [{ rule: 'self != "a"' }] };
  expect(told('a', schema)).toEqual(['spec: Invalid value: "a": failed rule: self != "a"']);
});

test('a rule that cannot be followed through refuses', () => {
  expect(told({ replicas: 3 }, spec('self.most > 1'))).toEqual([
    'spec: Invalid value: no such key: most evaluating rule: self.most > 1',
  ]);
});

test('a rule about what was before is asked only when there was something before', () => {
  const schema = spec({ rule: 'self.replicas >= oldSelf.replicas', message: 'must not shrink' });
  expect(told({ replicas: 1 }, schema)).toEqual([]);
  expect(told({ replicas: 3 }, schema, { replicas: 2 })).toEqual([]);
  expect(told({ replicas: 1 }, schema, { replicas: 2 })).toEqual(['spec: Invalid value: must not shrink']);
});

test('a rule may ask whether there was something before', () => {
  const rule = 'oldSelf.hasValue() || self.replicas == 1';
  const schema = spec({ rule, optionalOldSelf: true, message: 'begin with one' });
  expect(told({ replicas: 1 }, schema)).toEqual([]);
  expect(told({ replicas: 2 }, schema)).toEqual(['spec: Invalid value: begin with one']);
  expect(told({ replicas: 3 }, schema, { replicas: 2 })).toEqual([]);
});

test('the word in a text is not what was before', () => {
  expect(told({ memory: 'x' }, spec('self.memory == "oldSelf"')).length).toBe(1);
});

test('what cannot be carried out is told, and refuses nothing', () => {
  const schema = spec('nobody.knows(self)');
  expect(told({}, schema)).toEqual([]);
  expect(unenforcedRules(schema, 'schema')[0]).toMatch(
    /^schema\.x-kubernetes-validations\[0\]\.rule: is not enforced in this cluster: /,
  );
});

test('a rule that does not come to an end is ended, and the others with it', () => {
  const loops = 'self.names.all(a, self.names.all(b, self.names.all(c, a + b + c != "")))';
  const rules = [{ rule: loops }, { rule: 'false' }];
  const schema = { ...spec(loops), 'x-kubernetes-validations': rules };
  const names = Array.from({ length: 1000 }, (_, index) => `n${index}`);
  expect(told({ names }, schema)).toEqual([
    `spec: Invalid value: 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: ${loops}`,
  ]);
});

test('the rules of an object share a budget', () => {
  const item: StructuralSchema = {
    type: 'array',
    items: { type: 'string' },
    'x-kubernetes-validations': [{ rule: 'self.all(a, self.all(b, a + b != ""))' }],
  };
  const lists = Array.from({ length: 20 }, () => Array.from({ length: 300 }, (_, index) => `n${index}`));
  expect(told({ lists }, { type: 'object', properties: { lists: { type: 'array', items: item } } })).toEqual([
    expect.stringMatching(
      /^spec.lists\[\d+\]: Invalid value: validation failed due to running out of cost budget, /,
    ),
  ]);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deepFreeze } from '../object.ts';
import type { Definition, FieldSchema } from '../schema/schema.ts';
import { applyStrategicMergePatch } from './strategic.ts';

const define = (name: string, fields: Record<string, FieldSchema>): Definition => ({
  name,
  fields: new Map(Object.entries(fields)),
  required: new Set(),
});
const string: FieldSchema = { type: 'string' };
const port = define('Port', { containerPort: { type: 'integer' }, name: string });
const container = define('Container', {
  name: string,
  image: string,
  ports: {
    type: 'array',
    items: { type: 'object', ref: port },
    patchMergeKey: 'containerPort',
    patchStrategy: 'merge',
  },
  args: { type: 'array', items: string },
});
const pod = define('Pod', {
  containers: {
    type: 'array',
    items: { type: 'object', ref: container },
    patchMergeKey: 'name',
    patchStrategy: 'merge',
  },
  finalizers: { type: 'array', items: string, patchStrategy: 'merge' },
  labels: { type: 'map', items: string },
  exact: { type: 'map', items: string, patchStrategy: 'replace' },
  strategy: {
    type: 'object',
    ref: define('Strategy', { type: string, rollingUpdate: { type: 'any' } }),
    patchStrategy: 'retainKeys',
  },
});

const named = (...names: string[]) => names.map((name) => ({ name }));

const cases: Record<string, { document: unknown; patch: unknown; want: unknown }> = {
  'a container is found by its name, and keeps what the patch does not say': {
    document: { containers: [{ name: 'a', image: 'x', args: ['1'] }, { name: 'b' }] },
    patch: { containers: [{ name: 'a', image: 'y' }] },
    want: { containers: [{ name: 'a', image: 'y', args: ['1'] }, { name: 'b' }] },
  },
  'a new item goes before those that the patch does not mention': {
    document: { containers: named('a', 'b') },
    patch: { containers: named('c') },
    want: { containers: named('c', 'a', 'b') },
  },
  'items in the patch take its order, others stay where they were': {
    document: { containers: named('a', 'b', 'c', 'd') },
    patch: { containers: named('d', 'b') },
    want: { containers: named('a', 'c', 'd', 'b') },
  },
  'a list with an order of its own': {
    document: { containers: named('a', 'b', 'c') },
    patch: { '$setElementOrder/containers': named('c', 'a'), containers: [{ name: 'a', image: 'x' }] },
    want: { containers: [{ name: 'b' }, { name: 'c' }, { name: 'a', image: 'x' }] },
  },
  'an order alone moves items': {
    document: { containers: named('a', 'b') },
    patch: { '$setElementOrder/containers': named('b', 'a') },
    want: { containers: named('b', 'a') },
  },
  'an item that is deleted': {
    document: { containers: named('a', 'b') },
    patch: { '$setElementOrder/containers': named('b'), containers: [{ name: 'a', $patch: 'delete' }] },
    want: { containers: named('b') },
  },
  'a list that is replaced': {
    document: { containers: named('a', 'b') },
    patch: { containers: [{ $patch: 'replace' }, { name: 'c' }] },
    want: { containers: named('c') },
  },
  'a map that is replaced': {
    document: { labels: { a: '1' } },
    patch: { labels: { $patch: 'replace', b: '2' } },
    want: { labels: { b: '2' } },
  },
  'a map whose strategy is to be replaced': {
    document: { exact: { a: '1' } },
    patch: { exact: { b: '2' } },
    want: { exact: { b: '2' } },
  },
  'a map that is emptied': {
    document: { labels: { a: '1' } },
    patch: { labels: { $patch: 'delete' } },
    want: { labels: {} },
  },
  'fields that are not retained go': {
    document: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } },
    patch: { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
    want: { strategy: { type: 'Recreate' } },
  },
  'scalars merge as a set': {
    document: { finalizers: ['a', 'b'] },
    patch: { finalizers: ['b', 'c'] },
    want: { finalizers: ['a', 'b', 'c'] },
  },
  'scalars are deleted': {
    document: { finalizers: ['a', 'b', 'c'] },
    patch: { '$deleteFromPrimitiveList/finalizers': ['b'], '$setElementOrder/finalizers': ['c', 'a'] },
    want: { finalizers: ['c', 'a'] },
  },
  'an atomic list is replaced': {
    document: { containers: [{ name: 'a', args: ['1', '2'] }] },
    patch: { containers: [{ name: 'a', args: ['3'] }] },
    want: { containers: [{ name: 'a', args: ['3'] }] },
  },
  'a null deletes, and means nothing in what is new': {
    document: { labels: { a: '1' } },
    patch: { labels: { a: null, b: '2' }, strategy: { type: null } },
    want: { labels: { b: '2' }, strategy: {} },
  },
  'directives in what is new go': {
    document: {},
    patch: { containers: [{ name: 'a', $patch: 'delete' }, { name: 'b' }] },
    want: { containers: named('b') },
  },
  'ports merge inside containers': {
    document: { containers: [{ name: 'a', ports: [{ containerPort: 80, name: 'http' }] }] },
    patch: {
      containers: [{ name: 'a', ports: [{ containerPort: 80, name: 'web' }, { containerPort: 81 }] }],
    },
    want: {
      containers: [{ name: 'a', ports: [{ containerPort: 80, name: 'web' }, { containerPort: 81 }] }],
    },
  },
};

describe('a strategic merge patch', () => {
  for (const [name, { document, patch, want }] of Object.entries(cases)) {
    test(name, () =>
      expect(applyStrategicMergePatch(deepFreeze(document), deepFreeze(patch), pod)).toEqual(want),
    );
  }
});

const refused: Record<string, { patch: unknown; message: string }> = {
  'an item without its key': {
    patch: { containers: [{ image: 'x' }] },
    message: 'map: map[image:x] does not contain declared merge key: name',
  },
  'a patch that is a list': {
    patch: [],
    message: 'json: cannot unmarshal array into Go value of type map[string]interface {}',
  },
  'an unknown directive': {
    patch: { labels: { $patch: 'x' } },
    message: 'unknown patch type: x in map: map[$patch:x]',
  },
  'retained keys that leave out what the patch sets': {
    patch: { $retainKeys: ['a'], labels: {} },
    message: 'invalid patch format of retainKeys',
  },
  'an order that the patch does not follow': {
    patch: { '$setElementOrder/containers': named('b', 'a'), containers: named('a', 'b') },
    message:
      "The order in patch list:\n[map[name:a] map[name:b]]\n doesn't match $setElementOrder list:\n[map[name:b] map[name:a]]\n",
  },
};
for (const [name, { patch, message }] of Object.entries(refused)) {
  test(`${name} is refused`, () =>
    expect(() => applyStrategicMergePatch({ containers: named('a'), labels: {} }, patch, pod)).toThrow(
      expect.objectContaining({ message, code: 400 }),
    ));
}

const key = fc.constantFrom(
  'containers',
  'finalizers',
  'labels',
  'name',
  'ports',
  'containerPort',
  '$patch',
  '$retainKeys',
  '$setElementOrder/containers',
  '$setElementOrder/finalizers',
  '$deleteFromPrimitiveList/finalizers',
  '$setElementOrder',
  '__proto__',
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a', 'b', 'delete', 'replace', 'merge', 1, null, true),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }),
  ),
}));

test('anything is applied or refused with 400', () =>
  fc.assert(
    fc.property(value, value, (document, patch) => {
      try {
        applyStrategicMergePatch(deepFreeze(document), deepFreeze(patch), pod);
      } catch (error) {
        expect(error).toMatchObject({ code: 400 });
      }
    }),
    { numRuns: 2000 },
  ));

test('a patch applied twice is a patch applied once', () => {
  const items = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), image: fc.string() }), {
    selector: ({ name }) => name,
  });
  fc.assert(
    fc.property(items, items, (before, containers) => {
      const once = applyStrategicMergePatch({ containers: before }, { containers }, pod);
      expect(applyStrategicMergePatch(once, { containers }, pod)).toEqual(once);
    }),
  );
});

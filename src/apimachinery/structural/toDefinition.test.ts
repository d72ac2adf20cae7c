import { expect, test } from 'vitest';
import { applyPatch } from '../apply/applyPatch.ts';
import type { KubernetesObject } from '../object.ts';
import type { StructuralSchema } from './structuralSchema.ts';
import { toDefinition } from './toDefinition.ts';

const text: StructuralSchema = { type: 'string' };
const preserving = { 'x-kubernetes-preserve-unknown-fields': true };
const definition = toDefinition('com.example.v1.Widget', {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        a: text,
        open: { type: 'object', ...preserving, properties: { known: text } },
        any: preserving,
        map: { type: 'object', additionalProperties: text },
        atomic: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { a: text, b: text } },
        set: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
        plain: { type: 'array', items: text },
        list: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name', 'port'],
          items: {
            type: 'object',
            properties: { name: text, port: { type: 'integer', default: 80 }, value: text },
          },
        },
      },
    },
  },
});

const widget = (spec: object): KubernetesObject & { spec: object } => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'one' },
  spec,
});
const apply = (live: KubernetesObject | undefined, spec: object, manager: string) =>
  applyPatch({
    live,
    applied: widget(spec),
    manager,
    force: false,
    definition,
    now: 0,
    subresource: '',
  }) as KubernetesObject & { spec: object };

test.each<[title: string, first: object, second: object, want: object]>([
  ['fields that nobody knows', { any: { a: 1 } }, { any: { b: { c: 2 } } }, { any: { a: 1, b: { c: 2 } } }],
  [
    'fields beside those that are known',
    { open: { known: 'x' } },
    { open: { other: { y: 1 } } },
    { open: { known: 'x', other: { y: 1 } } },
  ],
  ['entries of a map', { map: { a: 'x' } }, { map: { b: 'y' } }, { map: { a: 'x', b: 'y' } }],
  ['items of a set', { set: ['a'] }, { set: ['b'] }, { set: ['a', 'b'] }],
  [
    'items of a list, by their keys',
    { list: [{ name: 'a', value: 'x' }] },
    { list: [{ name: 'a', port: 81 }] },
    {
      list: [
        { name: 'a', value: 'x' },
        { name: 'a', port: 81 },
      ],
    },
  ],
])('two managers share %s', (_title, first, second, want) => {
  const once = apply(undefined, first, 'one');
  const both = apply(once, second, 'two');
  expect(both.spec).toEqual(want);
  expect(apply(both, {}, 'two').spec).toEqual(first);
});

test.each<[title: string, first: object, second: object, path: string]>([
  ['an atomic map', { atomic: { a: 'x' } }, { atomic: { b: 'y' } }, '.spec.atomic'],
  ['a list without a type', { plain: ['a'] }, { plain: ['b'] }, '.spec.plain'],
  [
    'an item, though its key is left to the default',
    { list: [{ name: 'a', value: 'x' }] },
    { list: [{ name: 'a', port: 80, value: 'y' }] },
    '.spec.list[name="a",port=80].value',
  ],
  ['a value that nobody knows', { any: { a: [1] } }, { any: { a: [2] } }, '.spec.any.a'],
])('%s belongs to one', (_title, first, second, path) => {
  expect(() => apply(apply(undefined, first, 'one'), second, 'two')).toThrow(
    `Apply failed with 1 conflict: conflict with "one": ${path}`,
  );
});

test('what the schema does not know cannot be applied', () => {
  expect(() => apply(undefined, { bogus: 1 }, 'one')).toThrow('.spec.bogus: field not declared in schema');
});

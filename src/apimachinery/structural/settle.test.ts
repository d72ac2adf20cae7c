import { expect, test } from 'vitest';
import { settle } from './settle.ts';
import type { StructuralSchema } from './structuralSchema.ts';

const text: StructuralSchema = { type: 'string' };
const preserving = { 'x-kubernetes-preserve-unknown-fields': true };
const spec = (
  properties: Record<string, StructuralSchema>,
  more: StructuralSchema = {},
): StructuralSchema => ({
  type: 'object',
  properties: { spec: { type: 'object', properties, ...more } },
});

const cases: { title: string; schema: StructuralSchema; given: object; want: object; unknown?: string[] }[] =
  [
    {
      title: 'fields that the schema does not know are pruned, and told with their path',
      schema: spec({ a: text, list: { type: 'array', items: { type: 'object', properties: { b: text } } } }),
      given: { spec: { a: 'x', c: 1, list: [{ b: 'y', d: 2 }] }, more: true },
      want: { spec: { a: 'x', list: [{ b: 'y' }] } },
      unknown: ['spec.c', 'spec.list[0].d', 'more'],
    },
    {
      title: 'version, kind and metadata need no schema',
      schema: { type: 'object' },
      given: { apiVersion: 'v1', kind: 'A', metadata: { name: 'x' } },
      want: { apiVersion: 'v1', kind: 'A', metadata: { name: 'x' } },
    },
    {
      title: 'what preserves unknown fields keeps them, but what it knows below is pruned',
      schema: spec({ known: { type: 'object', properties: { a: text } } }, preserving),
      given: { spec: { any: { thing: 1 }, known: { a: 'x', b: 'y' } } },
      want: { spec: { any: { thing: 1 }, known: { a: 'x' } } },
      unknown: ['spec.known.b'],
    },
    {
      title: 'an embedded object keeps its own version, kind and metadata',
      schema: spec({
        inner: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { a: text } },
      }),
      given: { spec: { inner: { apiVersion: 'v1', kind: 'B', metadata: { labels: {} }, a: 'x', b: 1 } } },
      want: { spec: { inner: { apiVersion: 'v1', kind: 'B', metadata: { labels: {} }, a: 'x' } } },
      unknown: ['spec.inner.b'],
    },
    {
      title: 'all values of a map follow its schema',
      schema: spec({
        map: { type: 'object', additionalProperties: { type: 'object', properties: { a: text } } },
      }),
      given: { spec: { map: { one: { a: 'x', b: 1 } } } },
      want: { spec: { map: { one: { a: 'x' } } } },
      unknown: ['spec.map.one.b'],
    },
    {
      title: 'what is missing gets its default, and what comes by default gets its own',
      schema: spec({
        a: { type: 'object', default: {}, properties: { b: { type: 'integer', default: 0 } } },
      }),
      given: { spec: {} },
      want: { spec: { a: { b: 0 } } },
    },
    {
      title: 'nothing is filled in where there is nothing to fill it into',
      schema: spec({ a: { type: 'string', default: 'x' } }),
      given: {},
      want: {},
    },
    {
      title: 'a null goes, or gives way to the default, unless the schema allows it',
      schema: spec({
        gone: text,
        given: { type: 'string', default: 'x' },
        kept: { type: 'string', nullable: true },
      }),
      given: { spec: { gone: null, given: null, kept: null } },
      want: { spec: { given: 'x', kept: null } },
    },
    {
      title: 'items of lists get their defaults',
      schema: spec({
        list: {
          type: 'array',
          items: { type: 'object', properties: { a: { type: 'boolean', default: false } } },
        },
      }),
      given: { spec: { list: [{}, { a: true }] } },
      want: { spec: { list: [{ a: false }, { a: true }] } },
    },
  ];

test.each(cases)('$title', ({ schema, given, want, unknown = [] }) => {
  const { value, unknownFields } = settle(given, schema);
  expect(value).toEqual(want);
  expect(unknownFields).toEqual(unknown);
});

test('an object that is settled already comes back as it is', () => {
  const given = { spec: { a: 'x' } };
  expect(settle(given, spec({ a: { type: 'string', default: 'y' } })).value).toBe(given);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  difference,
  excluding,
  type FieldPath,
  hasPath,
  intersection,
  parseFieldSet,
  pathsOf,
  setOfPaths,
  union,
} from './fieldSet.ts';

test('a set of paths is written as FieldsV1', () =>
  expect(
    setOfPaths([['f:a'], ['f:a', 'f:b'], ['f:c', 'k:{"name":"x"}', 'f:d'], ['f:c', 'k:{"name":"x"}']]),
  ).toEqual({ 'f:a': { '.': {}, 'f:b': {} }, 'f:c': { 'k:{"name":"x"}': { '.': {}, 'f:d': {} } } }));

describe('FieldsV1 from a client', () => {
  const malformed: unknown[] = [
    1,
    [],
    'x',
    { a: {} },
    { '': {} },
    { __proto__x: {} },
    { 'f:a': 1 },
    { 'f:a': { b: {} } },
    { 'k:x': {} },
    { 'k:[]': {} },
    { 'v:': {} },
    { 'i:x': {} },
  ];
  for (const fields of malformed) {
    test(`${JSON.stringify(fields)} is refused`, () => expect(parseFieldSet(fields)).toBeUndefined());
  }
  test('gets the canonical form of keys', () =>
    expect(parseFieldSet({ 'k:{"b": 1, "a":"x"}': {}, 'v: "x"': {}, 'i:0': {} })).toEqual({
      'k:{"a":"x","b":1}': {},
      'v:"x"': {},
      'i:0': {},
    }));
});

const path: fc.Arbitrary<FieldPath> = fc.array(fc.constantFrom('f:a', 'f:b', 'k:{"n":1}', 'v:"x"'), {
  minLength: 1,
  maxLength: 3,
});
const paths = fc.array(path, { maxLength: 8 });
const inText = (all: Iterable<FieldPath>) => new Set([...all].map((each) => each.join('/')));

test('operations on sets are those on their paths', () =>
  fc.assert(
    fc.property(paths, paths, (left, right) => {
      const [a, b] = [setOfPaths(left), setOfPaths(right)];
      const [x, y] = [inText(left), inText(right)];
      expect(inText(pathsOf(a))).toEqual(x);
      expect(inText(pathsOf(union(a, b)))).toEqual(x.union(y));
      expect(inText(pathsOf(difference(a, b)))).toEqual(x.difference(y));
      expect(inText(pathsOf(intersection(a, b)))).toEqual(x.intersection(y));
      const isBelow = (text: string) => [...y].some((top) => text === top || text.startsWith(`${top}/`));
      expect(inText(pathsOf(excluding(a, b)))).toEqual(new Set([...x].filter((text) => !isBelow(text))));
      for (const each of left) expect(hasPath(a, each)).toBe(true);
      expect(parseFieldSet(JSON.parse(JSON.stringify(a)))).toEqual(a);
    }),
    { numRuns: 500 },
  ));

test('an operation that changes nothing gives back its argument', () =>
  fc.assert(
    fc.property(paths, paths, (left, right) => {
      const [a, b] = [setOfPaths(left), setOfPaths(right)];
      const both = union(a, b);
      expect(union(both, a)).toBe(both);
      const rest = difference(a, b);
      expect(difference(rest, b)).toBe(rest);
    }),
  ));

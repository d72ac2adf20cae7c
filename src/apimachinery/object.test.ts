import { describe, expect, test } from 'vitest';
import { deepEqual, getOwn } from './object.ts';

describe('equality', () => {
  test.each<[string, unknown, unknown, boolean]>([
    ['maps in another order', { a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }, true],
    ['a field that is undefined and one that is absent', { a: undefined }, {}, true],
    ['a field more on the left', { a: 1, b: 2 }, { a: 1 }, false],
    ['a field more on the right', { a: 1 }, { a: 1, b: 2 }, false],
    ['a label named as something that every object inherits, on the right', {}, { constructor: 'a' }, false],
    ['the same, on the left', { constructor: 'a' }, {}, false],
    ['a key named __proto__', JSON.parse('{"__proto__":{}}'), {}, false],
    ['a list and a map', [], {}, false],
    ['null and a map', null, {}, false],
  ])('%s', (_, a, b, expected) => {
    expect(deepEqual(a, b)).toBe(expected);
  });
});

test('what an object inherits is no value of it', () => {
  expect(getOwn({ a: 1 }, 'a')).toBe(1);
  expect(getOwn<unknown>({ a: 1 }, 'constructor')).toBeUndefined();
  expect(getOwn(undefined, 'a')).toBeUndefined();
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deepFreeze } from '../object.ts';
import { isJsonObject, type JsonObject } from './jsonValue.ts';
import { applyMergePatch } from './merge.ts';

/** The examples of RFC 7386, appendix A. */
const cases: [document: string, patch: string, want: string][] = [
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', '{}'],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ['{}', '{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}'],
];
describe('a merge patch', () => {
  for (const [document, patch, want] of cases) {
    test(`${patch} makes ${want} of ${document}`, () =>
      expect(JSON.stringify(applyMergePatch(JSON.parse(document), JSON.parse(patch)))).toBe(want));
  }
  for (const [patch, message] of [
    ['[]', /cannot unmarshal array into Go value of type map\[string\]interface {}$/],
    ['null', /^Invalid JSON Patch$/],
    ['"a"', /cannot unmarshal string/],
  ] as const) {
    test(`${patch} is refused`, () => expect(() => applyMergePatch({}, JSON.parse(patch))).toThrow(message));
  }
});

/** The merge patch from one object to another, neither of which holds nulls. */
function difference(from: JsonObject, to: JsonObject): JsonObject {
  const patch: [string, unknown][] = Object.keys(from)
    .filter((key) => !Object.hasOwn(to, key))
    .map((key) => [key, null]);
  for (const [key, value] of Object.entries(to)) {
    const old = Object.hasOwn(from, key) ? from[key] : undefined;
    patch.push([key, isJsonObject(old) && isJsonObject(value) ? difference(old, value) : value]);
  }
  return Object.fromEntries(patch);
}

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer(),
    fc.string(),
    fc.array(fc.integer()),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'), tie('value')),
  ),
}));
const object = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), value) as fc.Arbitrary<JsonObject>;

test('the difference of two objects, applied to the one, gives the other', () =>
  fc.assert(
    fc.property(object, object, (from, to) => {
      const patched = applyMergePatch(deepFreeze(from), deepFreeze(difference(from, to)));
      expect(patched).toEqual(to);
    }),
  ));

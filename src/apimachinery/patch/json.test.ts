import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyJsonPatch } from './json.ts';

const REFUSED = { code: 422, message: 'the server rejected our request due to an error in our request' };

interface Case {
  document: unknown;
  patch: unknown[];
  want?: unknown;
}

/** The examples of RFC 6902, appendix A, and what upstream's library adds. */
const cases: Record<string, Case> = {
  'adds a member': {
    document: { a: 1 },
    patch: [{ op: 'add', path: '/b', value: 2 }],
    want: { a: 1, b: 2 },
  },
  'adds an element before another': {
    document: { a: [1, 3] },
    patch: [{ op: 'add', path: '/a/1', value: 2 }],
    want: { a: [1, 2, 3] },
  },
  'adds an element at the end': {
    document: { a: [1] },
    patch: [{ op: 'add', path: '/a/-', value: [2] }],
    want: { a: [1, [2]] },
  },
  'removes a member': { document: { a: 1, b: 2 }, patch: [{ op: 'remove', path: '/b' }], want: { a: 1 } },
  'removes the last element by a negative index': {
    document: { a: [1, 2] },
    patch: [{ op: 'remove', path: '/a/-1' }],
    want: { a: [1] },
  },
  'replaces a value': {
    document: { a: { b: 1 } },
    patch: [{ op: 'replace', path: '/a/b', value: null }],
    want: { a: { b: null } },
  },
  'moves a value': {
    document: { a: { b: 1 }, c: {} },
    patch: [{ op: 'move', from: '/a/b', path: '/c/d' }],
    want: { a: {}, c: { d: 1 } },
  },
  'copies a value, which is then another': {
    document: { a: { b: 1 } },
    patch: [
      { op: 'copy', from: '/a', path: '/c' },
      { op: 'replace', path: '/c/b', value: 2 },
    ],
    want: { a: { b: 1 }, c: { b: 2 } },
  },
  'reads escaped names': {
    document: { 'a/b': 1, 'm~n': 2 },
    patch: [
      { op: 'remove', path: '/a~1b' },
      { op: 'test', path: '/m~0n', value: 2 },
    ],
    want: { 'm~n': 2 },
  },
  'finds that what is missing is null': {
    document: {},
    patch: [{ op: 'test', path: '/a', value: null }],
    want: {},
  },
  'treats __proto__ as any key': {
    document: {},
    patch: [{ op: 'add', path: '/__proto__', value: { polluted: true } }],
    want: JSON.parse('{"__proto__":{"polluted":true}}'),
  },
  'refuses a test that fails': { document: { a: 1 }, patch: [{ op: 'test', path: '/a', value: 2 }] },
  'refuses to add below what is missing': { document: {}, patch: [{ op: 'add', path: '/a/b', value: 1 }] },
  'refuses to replace what is missing': { document: {}, patch: [{ op: 'replace', path: '/a', value: 1 }] },
  'refuses to remove what is missing': { document: {}, patch: [{ op: 'remove', path: '/constructor' }] },
  'refuses an index beyond the end': { document: { a: [] }, patch: [{ op: 'add', path: '/a/1', value: 1 }] },
  'refuses to move a value into itself': {
    document: { a: { b: 1 } },
    patch: [{ op: 'move', from: '/a', path: '/a/b' }],
  },
  'refuses an unknown operation': { document: {}, patch: [{ op: 'constructor', path: '/a' }] },
  'refuses the whole document': { document: {}, patch: [{ op: 'replace', path: '', value: {} }] },
  'refuses copies that grow without end': {
    document: { a: 'x'.repeat(1000), b: {} },
    patch: Array.from({ length: 40 }, (_, i) => ({ op: 'copy', from: '/b', path: `/b/${i}` })).concat(
      Array.from({ length: 4000 }, (_, i) => ({ op: 'copy', from: '/a', path: `/b/x${i}` })),
    ),
  },
  'refuses to nest deeper than any object': {
    document: { a: {} },
    patch: Array.from({ length: 12 }, (_, i) => ({
      op: 'copy',
      from: '/a',
      path: `/a${'/b'.repeat(2 ** i)}`,
    })),
  },
};

describe('a JSON patch', () => {
  for (const [name, { document, patch, want }] of Object.entries(cases)) {
    test(name, () => {
      const before = JSON.stringify(document);
      if (want === undefined)
        expect(() => applyJsonPatch(document, patch)).toThrow(expect.objectContaining(REFUSED));
      else expect(JSON.stringify(applyJsonPatch(document, patch))).toBe(JSON.stringify(want));
      expect(JSON.stringify(document)).toBe(before);
    });
  }

  test('is a list', () =>
    expect(() => applyJsonPatch({}, {})).toThrow(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    ));

  test('has at most 10,000 operations', () =>
    expect(() => applyJsonPatch({}, new Array(10_001).fill({}))).toThrow(
      'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    ));
});

const path = fc
  .array(fc.constantFrom('a', 'b', '0', '1', '-', '-1', '__proto__', '~0', ''), { maxLength: 3 })
  .map((parts) => parts.map((part) => `/${part}`).join(''));
const operation = fc.record(
  {
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x'),
    path: fc.oneof(path, fc.jsonValue()),
    from: path,
    value: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const document = fc.record({ a: fc.jsonValue(), b: fc.array(fc.jsonValue()) });

test('anything is applied or refused, and changes neither document nor patch', () =>
  fc.assert(
    fc.property(document, fc.oneof(fc.array(operation), fc.jsonValue()), (given, patch) => {
      const before = JSON.stringify([given, patch]);
      try {
        applyJsonPatch(given, patch);
      } catch (error) {
        expect([400, 422]).toContain((error as { code?: number }).code);
      }
      expect(JSON.stringify([given, patch])).toBe(before);
    }),
    { numRuns: 500 },
  ));

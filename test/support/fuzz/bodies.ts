import fc from 'fast-check';
import type { JsonObject } from '../../../src/apimachinery/patch/jsonValue.ts';
import { hostileKey, hostileValue, jsonText, mutated } from './hostile.ts';

type Body = string | Uint8Array<ArrayBuffer>;

/** An object as it should be, or mutated. */
export const objectBody = (object: JsonObject): fc.Arbitrary<string> =>
  fc
    .oneof({ weight: 1, arbitrary: fc.constant(object) }, { weight: 2, arbitrary: mutated(object) })
    .map(jsonText);

/** What is no JSON, or more of it than anybody wants. */
export const brokenBody: fc.Arbitrary<Body> = fc.oneof(
  fc.constantFrom<Body>(
    '',
    'null',
    '[]',
    '"text"',
    '{',
    '{"a":1,}',
    '{"kind":"Pod"',
    '{"a":1}{"a":2}',
    '{"a":1,"a":2}',
    '\ufeff{}',
    'a: [',
    'a: &a [*a, *a]\nb: *a',
    '--- \n---\n',
    '!!js/function x',
    `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
    `{"metadata":{"name":"a"},"data":{"x":"${'x'.repeat(300_000)}"}}`,
    new Uint8Array([0xff, 0xfe, 0x7b, 0x7d]),
    new Uint8Array([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]),
    new Uint8Array([0x6b, 0x38, 0x73, 0x00, 0x0a, 0x02]),
  ),
  fc.string({ maxLength: 40 }),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => new Uint8Array(bytes)),
);

/** A few fields of the object, mutated: what merge patches are made of. */
const partOf = (object: JsonObject): fc.Arbitrary<unknown> =>
  fc
    .subarray(Object.keys(object))
    .chain((keys) => mutated(Object.fromEntries(keys.map((key) => [key, object[key]]))));

const directives: fc.Arbitrary<unknown> = fc.dictionary(hostileKey, hostileValue, { maxKeys: 3 });

const pointer = fc
  .array(
    fc.constantFrom(
      'metadata',
      'labels',
      'app',
      'spec',
      'template',
      'containers',
      'finalizers',
      '0',
      '-',
      '-1',
      '~0',
      '~2',
      '__proto__',
      'managedFields',
      'status',
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.map((part) => `/${part}`).join(''));

const operation = fc.record(
  {
    op: fc.constantFrom<unknown>('add', 'remove', 'replace', 'move', 'copy', 'test', 'merge', 1),
    path: fc.oneof<[fc.Arbitrary<unknown>, fc.Arbitrary<unknown>]>(pointer, hostileValue),
    from: pointer,
    value: hostileValue,
  },
  { requiredKeys: ['op'] },
);

/** A patch and its content type, which fit each other more often than not. */
export const patchBody = (object: JsonObject): fc.Arbitrary<{ type: string; body: Body }> => {
  const merge = fc.oneof(partOf(object), directives).map(jsonText);
  const fitting = fc.oneof(
    patchOf('application/json-patch+json', fc.array(operation, { maxLength: 5 }).map(jsonText)),
    patchOf('application/merge-patch+json', merge),
    patchOf('application/strategic-merge-patch+json', merge),
    patchOf('application/apply-patch+yaml', objectBody(object)),
  );
  const odd = fc.record({
    type: fc.constantFrom(
      ...PATCH_TYPES,
      'application/json',
      'application/apply-patch+cbor',
      'text/plain',
      '',
    ),
    body: fc.oneof(brokenBody, merge),
  });
  return fc.oneof({ weight: 4, arbitrary: fitting }, { weight: 1, arbitrary: odd });
};

const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
] as const;

const patchOf = (type: string, body: fc.Arbitrary<Body>) => fc.record({ type: fc.constant(type), body });

/** `DeleteOptions`, or what pretends to be. */
export const deleteBody: fc.Arbitrary<Body | undefined> = fc.oneof(
  fc.constant(undefined),
  objectBody({
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    gracePeriodSeconds: 0,
    propagationPolicy: 'Background',
    preconditions: { uid: 'x', resourceVersion: '1' },
    dryRun: ['All'],
  }),
  brokenBody,
);

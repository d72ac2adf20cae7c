import fc from 'fast-check';
import { setOwn } from '../../../src/apimachinery/object.ts';
import { isJsonObject, type JsonObject } from '../../../src/apimachinery/patch/jsonValue.ts';

/** Numbers that `JSON.stringify` cannot write stand as a string of this form until the text is made. */
const RAW = 'raw-json:';

/** Keys that confuse: prototypes, directives, path syntax, emptiness. */
export const hostileKey = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '$patch',
  '$retainKeys',
  '$setElementOrder/containers',
  '$deleteFromPrimitiveList/finalizers',
  '',
  '.',
  '..',
  'a/b',
  'metadata',
  'managedFields',
  'name',
  'Name',
  '\u0000',
  '💥',
  'x'.repeat(300),
);

/** Values of every type, at and beyond the edges. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    2 ** 31,
    2 ** 53,
    `${RAW}9223372036854775808`,
    `${RAW}1e400`,
    `${RAW}-0`,
    '',
    ' ',
    'a',
    'A_B',
    '-1',
    '1Gi',
    '1.5.5',
    '100%',
    '61 * * * *',
    '2026-13-45T00:00:00Z',
    '../../etc/passwd',
    '\u0000',
    '\ud800',
    'x'.repeat(70_000),
    [],
    [null],
    [[]],
    {},
    { a: { b: { c: {} } } },
    { $patch: 'delete' },
    { name: 'a' },
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

/** The value with one to three places changed: replaced, taken away, doubled, or with a hostile key added. */
export const mutated = (value: unknown): fc.Arbitrary<unknown> =>
  fc
    .array(fc.tuple(fc.nat(), fc.nat(3), hostileKey, hostileValue), { minLength: 1, maxLength: 3 })
    .map((changes) =>
      changes.reduce(
        (result, [place, how, key, hostile]) => changeAt(result, place, how, key, hostile),
        value,
      ),
    );

type Place = { readonly container: JsonObject | unknown[]; readonly key: string };

/** Changes one of the places inside a value, counted in order. */
function changeAt(value: unknown, place: number, how: number, key: string, hostile: unknown): unknown {
  const copy = structuredClone(value);
  const places = [...placesIn(copy)];
  const chosen = places[place % (places.length || 1)];
  if (!chosen) return hostile;
  const { container, key: name } = chosen;
  if (how === 0) setAt(container, name, hostile);
  else if (how === 1) removeAt(container, name);
  else if (how === 2 && Array.isArray(container)) container.push(structuredClone(container[Number(name)]));
  else setAt(container, Array.isArray(container) ? '0' : key, hostile);
  return copy;
}

function* placesIn(value: unknown): Generator<Place> {
  if (!Array.isArray(value) && !isJsonObject(value)) return;
  for (const key of Object.keys(value)) {
    yield { container: value, key };
    yield* placesIn((value as JsonObject)[key]);
  }
}

const setAt = (container: JsonObject | unknown[], key: string, value: unknown): void =>
  setOwn(container as JsonObject, key, value);

function removeAt(container: JsonObject | unknown[], key: string): void {
  if (Array.isArray(container)) container.splice(Number(key), 1);
  else delete container[key];
}

/** JSON text, with the numbers that only text can hold. */
export const jsonText = (value: unknown): string =>
  (JSON.stringify(value) ?? 'null').replaceAll(/"raw-json:([^"]*)"/g, '$1');

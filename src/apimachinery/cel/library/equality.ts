import type { Optional } from '@marcbachmann/cel-js';
import { spend } from '../celBudget.ts';
import { celLibrary } from '../celLibrary.ts';

/** Whether two values are equal as the language has it: numbers by their amount, lists and maps by what is in them. */
export function celEqual(a: unknown, b: unknown): boolean {
  spend(1);
  // What is no number is not even equal to itself.
  if (isNumeric(a) && isNumeric(b)) return amount(a) <= amount(b) && amount(a) >= amount(b);
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  // Some bytes are a Buffer, which is a kind of its own.
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return a.constructor === b.constructor && equalObjects(a, b);
}

function equalObjects(a: object, b: object): boolean {
  if (Array.isArray(a)) return equalLists(a, b as unknown[]);
  if (a.constructor === Object) return equalMaps(Object.entries(a), new Map(Object.entries(b)));
  if (a instanceof Map) return equalMaps(fieldsOf(a), new Map(fieldsOf(b as Map<unknown, unknown>)));
  if ('equals' in a && typeof a.equals === 'function') return a.equals(b);
  if (a instanceof celLibrary().Optional) return equalLists(contentOf(a), contentOf(b as Optional));
  return isSpan(a) && isSpan(b) && a.valueOf() === b.valueOf();
}

/** Of a structure with types; it makes its fields when they are asked for, those too that it lacks. */
const fieldsOf = (structure: ReadonlyMap<unknown, unknown>): [unknown, unknown][] =>
  [...structure].filter(([, value]) => value !== undefined);

const contentOf = (optional: Optional): unknown[] => (optional.hasValue() ? [optional.value()] : []);

const equalLists = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, index) => celEqual(item, b[index]));

const equalMaps = (a: readonly (readonly [unknown, unknown])[], b: ReadonlyMap<unknown, unknown>): boolean =>
  a.length === b.size && a.every(([key, value]) => b.has(key) && celEqual(value, b.get(key)));

/** `item in list`, `key in map`. */
export function isIn(item: unknown, all: unknown): boolean {
  if (Array.isArray(all)) return all.some((each) => celEqual(item, each));
  if (all instanceof Map) return all.has(item);
  if (typeof all === 'object' && all?.constructor === Object) return Object.hasOwn(all, String(item));
  throw new Error('no such overload');
}

/** Unsigned numbers are objects that hold one. */
const isNumeric = (value: unknown): value is bigint | number =>
  typeof value === 'bigint' || typeof value === 'number' || isUnsigned(value);

const isUnsigned = (value: unknown): value is { valueOf(): bigint } =>
  typeof value === 'object' && value !== null && typeof value.valueOf() === 'bigint';

const amount = (value: bigint | number): bigint | number => value.valueOf() as bigint | number;

/** Negative, 0 or positive; throws for what has no order. Texts go by their letters, times and spans by their length. */
export function compareValues(a: unknown, b: unknown): number {
  if (isNumeric(a) && isNumeric(b)) return order(amount(a), amount(b));
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (isSpan(a) && isSpan(b) && a.constructor === b.constructor) return order(a.valueOf(), b.valueOf());
  throw new Error('no such overload');
}

/** A time or a duration. */
const isSpan = (value: unknown): value is { valueOf(): number } =>
  typeof value === 'object' && value !== null && typeof value.valueOf() === 'number';

const order = (a: bigint | number, b: bigint | number): number => (a < b ? -1 : a > b ? 1 : 0);

import { spend } from '../celBudget.ts';

/** Whether two values are equal as the language has it: numbers by their amount, lists and maps by what is in them. */
export function celEqual(a: unknown, b: unknown): boolean {
  spend(1);
  // What is no number is not even equal to itself.
  if (isNumeric(a) && isNumeric(b)) return amount(a) <= amount(b) && amount(a) >= amount(b);
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => celEqual(item, b[index]));
  }
  if (a.constructor !== b.constructor) return false;
  if ('equals' in a && typeof a.equals === 'function') return a.equals(b);
  if (a instanceof Uint8Array) return Buffer.compare(a, b as Uint8Array) === 0;
  if (a.constructor !== Object) return compareValues(a, b) === 0;
  const [left, right] = [Object.entries(a), b as Record<string, unknown>];
  return (
    left.length === Object.keys(right).length &&
    left.every(([key, value]) => Object.hasOwn(right, key) && celEqual(value, right[key]))
  );
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

import { badRequest } from './errors.ts';

type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** An exact amount of a resource. */
export interface Quantity {
  /** In billionths: no quantity is finer. */
  readonly nano: bigint;
  /** The family of suffixes that it was written with, and is written with again. */
  readonly format: QuantityFormat;
}

const GRAMMAR = '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$';
const WRONG_FORMAT = `quantities must match the regular expression '${GRAMMAR}'`;
const WRONG_NUMBER = 'unable to parse numeric part of quantity';
const WRONG_SUFFIX = "unable to parse quantity's suffix";

const PARTS = /^([+-]?)(?=[0-9.])(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;

const ONE = 1_000_000_000n;
const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const SMALLEST_EXPONENT = -9;
const LARGEST_EXPONENT = 18;
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
/** Binary quantities are capped there, as upstream caps them. */
const MAX_BINARY = (2n ** 63n - 1n) * ONE;
/** Nothing sensible is longer; arithmetic on what is would be a way to stall the server. */
const MAX_DIGITS = 400;

const REMEMBERED = 4096;
const parsed = new Map<string, Quantity>();

/**
 * Reads `1`, `100m`, `1.5Gi`, `1e3`. What is finer than a billionth is rounded away from zero.
 * Throws 400 in upstream's words.
 */
export function parseQuantity(text: string | number): Quantity {
  const key = String(text);
  const known = parsed.get(key);
  if (known) return known;
  const quantity = parseNew(key.trim());
  if (parsed.size >= REMEMBERED) parsed.clear();
  parsed.set(key, quantity);
  return quantity;
}

function parseNew(text: string): Quantity {
  const match = PARTS.exec(text);
  if (!match) throw badRequest(WRONG_FORMAT);
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  const { base, exponent, format } = scaleOf(suffix);
  const digits = `${whole}${fraction}` || '0';
  if (digits.length > MAX_DIGITS) throw badRequest(WRONG_NUMBER);
  const unsigned =
    base === 2
      ? divideUp(BigInt(digits) * 2n ** BigInt(exponent) * ONE, 10n ** BigInt(fraction.length))
      : shiftDecimal(BigInt(digits), exponent - fraction.length + 9);
  const capped = format === 'BinarySI' && unsigned > MAX_BINARY ? MAX_BINARY : unsigned;
  return {
    nano: sign === '-' ? -capped : capped,
    format: format === 'BinarySI' && capped > 0n && capped < ONE ? 'DecimalSI' : format,
  };
}

interface Scale {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

function scaleOf(suffix: string): Scale {
  const decimal = DECIMAL_SUFFIXES.indexOf(suffix);
  if (decimal >= 0) return { base: 10, exponent: decimal * 3 + SMALLEST_EXPONENT, format: 'DecimalSI' };
  const binary = BINARY_SUFFIXES.indexOf(suffix);
  if (binary >= 0) return { base: 2, exponent: binary * 10, format: 'BinarySI' };
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1];
  if (exponent === undefined || Math.abs(Number(exponent)) > MAX_DIGITS) throw badRequest(WRONG_SUFFIX);
  return { base: 10, exponent: Number(exponent), format: 'DecimalExponent' };
}

const shiftDecimal = (value: bigint, places: number): bigint =>
  places >= 0 ? value * 10n ** BigInt(places) : divideUp(value, 10n ** BigInt(-places));

/** Of something not negative. */
const divideUp = (value: bigint, divisor: bigint): bigint => (value + divisor - 1n) / divisor;

/**
 * Writes the canonical form: no fraction, and the largest suffix that loses nothing (`1.5` is `1500m`,
 * `1536Mi` stays, `1024Mi` is `1Gi`).
 */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0';
  if (format === 'BinarySI' && nano % ONE === 0n && abs(nano) >= 1024n * ONE) return formatBinary(nano / ONE);
  return formatDecimal(nano, format === 'DecimalExponent');
}

function formatBinary(value: bigint): string {
  let power = 0;
  while (value % 1024n === 0n && power < BINARY_SUFFIXES.length - 1) {
    value /= 1024n;
    power++;
  }
  return `${value}${BINARY_SUFFIXES[power]}`;
}

function formatDecimal(nano: bigint, asExponent: boolean): string {
  let value = nano;
  let exponent = SMALLEST_EXPONENT;
  while (value % 1000n === 0n && (asExponent || exponent < LARGEST_EXPONENT)) {
    value /= 1000n;
    exponent += 3;
  }
  if (!asExponent) return `${value}${DECIMAL_SUFFIXES[(exponent - SMALLEST_EXPONENT) / 3]}`;
  return exponent === 0 ? `${value}` : `${value}e${exponent}`;
}

/** The canonical form of what a user wrote. */
export const canonicalQuantity = (text: string | number): string => formatQuantity(parseQuantity(text));

/** Negative, 0 or positive, as `a` is less than, equal to or greater than `b`. */
export const compareQuantities = (a: Quantity, b: Quantity): number =>
  a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0;

/** The sum, in the format of the first unless that is zero. */
export const addQuantities = (a: Quantity, b: Quantity): Quantity => ({
  nano: a.nano + b.nano,
  format: a.nano === 0n ? b.format : a.format,
});

/** The difference, in the format of the first unless that is zero. */
export const subtractQuantities = (a: Quantity, b: Quantity): Quantity => ({
  nano: a.nano - b.nano,
  format: a.nano === 0n ? b.format : a.format,
});

/** So many times the quantity. */
export const multiplyQuantity = ({ nano, format }: Quantity, times: number): Quantity => ({
  nano: nano * BigInt(times),
  format,
});

/** How many whole units, rounded up in magnitude (`Quantity.Value`). */
export const wholeValue = ({ nano }: Quantity): number => roundedUp(nano, ONE);

/** How many thousandths, rounded up in magnitude (`Quantity.MilliValue`): what CPU is counted in. */
export const milliValue = ({ nano }: Quantity): number => roundedUp(nano, 1_000_000n);

const roundedUp = (nano: bigint, unit: bigint): number =>
  Number(nano < 0n ? -divideUp(-nano, unit) : divideUp(nano, unit));

/** A quantity of whole units. */
export const wholeQuantity = (value: number, format: QuantityFormat = 'DecimalSI'): Quantity => ({
  nano: BigInt(value) * ONE,
  format,
});

/** A quantity of thousandths. */
export const milliQuantity = (value: number): Quantity => ({
  nano: BigInt(value) * 1_000_000n,
  format: 'DecimalSI',
});

const abs = (value: bigint) => (value < 0n ? -value : value);

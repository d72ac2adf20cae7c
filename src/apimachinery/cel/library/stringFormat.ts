import { spend } from '../celBudget.ts';

/** A value, as `%s` prints it. */
function shown(value: unknown): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return numberText(value);
    case 'object':
      return objectText(value);
    default:
      return String(value);
  }
}

function objectText(value: object): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (value instanceof Date) return value.toISOString().replace(/\.?0*Z$/, 'Z');
  if (value.constructor === Object) {
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${key}: ${shown(item)}`).join(', ')}}`;
  }
  // The name of a type; durations and unsigned numbers print themselves.
  return 'name' in value && typeof value.name === 'string' ? value.name : String(value);
}

function numberText(value: number): string {
  if (Number.isFinite(value)) {
    const text = String(value);
    return text.includes('e') ? plain(text) : text;
  }
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

/** Without an exponent. */
function plain(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]?\d+)$/.exec(text) ?? [];
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.slice(0, point).padEnd(point, '0')}${point < digits.length ? `.${digits.slice(point)}` : ''}`;
}

type Clause = (value: unknown, precision: number) => string;

const CLAUSES: Readonly<Record<string, Clause>> = {
  s: shown,
  d: (value) => (isNumber(value) ? shown(value) : wrong('decimal', 'integers, and doubles', value)),
  f: (value, precision) =>
    isNumber(value)
      ? rounded(value, (number) => number.toFixed(precision))
      : wrong('fixed-point', 'doubles', value),
  e: (value, precision) =>
    isNumber(value)
      ? rounded(value, (number) => number.toExponential(precision).replace(/e([+-])(\d)$/, 'e$10$2'))
      : wrong('scientific', 'doubles', value),
  b: (value) =>
    typeof value === 'boolean' ? (value ? '1' : '0') : whole('binary', 'integers and bools', value, 2),
  o: (value) => whole('octal', 'integers', value, 8),
  x: hex,
  X: (value) => hex(value).toUpperCase(),
};

function hex(value: unknown): string {
  if (typeof value === 'string' || value instanceof Uint8Array)
    return Buffer.from(value as string).toString('hex');
  return whole('hex', 'integers, byte buffers, and strings', value, 16);
}

/** Unsigned numbers hold one that is not. */
const isNumber = (value: unknown): boolean =>
  ['bigint', 'number'].includes(typeof (value as { valueOf?(): unknown } | null)?.valueOf?.());

const rounded = (value: unknown, print: (number: number) => string): string => {
  const number = Number(value);
  return Number.isFinite(number) ? print(number) : numberText(number);
};

function whole(clause: string, kinds: string, value: unknown, base: number): string {
  const number = (value as { valueOf?(): unknown } | null)?.valueOf?.();
  return typeof number === 'bigint' ? number.toString(base) : wrong(clause, kinds, value);
}

const wrong = (clause: string, kinds: string, value: unknown): never => {
  throw new Error(
    `error during formatting: only ${kinds} can be formatted with ${clause} clause, was given ${typeName(value)}`,
  );
};

const NAMES: Readonly<Record<string, string>> = {
  bigint: 'int',
  number: 'double',
  boolean: 'bool',
  string: 'string',
};

function typeName(value: unknown): string {
  if (value === null) return 'null_type';
  if (Array.isArray(value)) return 'list';
  return NAMES[typeof value] ?? (value instanceof Uint8Array ? 'bytes' : 'map');
}

const DIRECTIVE = /%(?:%|(?:\.(\d*))?([A-Za-z]?))/g;
const STANDARD_PRECISION = 6;
const MAX_PRECISION = 1000;

/** `"%s has %d".format(["a", 1])`, as upstream's library `strings` has it. */
export function formatText(pattern: string, values: readonly unknown[]): string {
  let used = 0;
  const text = pattern.replaceAll(
    DIRECTIVE,
    (directive: string, precision: string | undefined, name: string) => {
      if (directive === '%%') return '%';
      const clause = CLAUSES[name];
      if (!clause)
        throw new Error(`could not parse formatting clause: unrecognized formatting clause "${name}"`);
      if (used >= values.length) throw new Error(`index ${used} out of range`);
      return clause(values[used++], precisionOf(precision));
    },
  );
  spend(text.length * 0.1);
  return text;
}

function precisionOf(text: string | undefined): number {
  const precision = text ? Number(text) : STANDARD_PRECISION;
  if (precision <= MAX_PRECISION) return Math.min(precision, 100);
  throw new Error(`precision must be less than or equal to ${MAX_PRECISION}`);
}

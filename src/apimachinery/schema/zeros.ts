import type { Definition, FieldSchema } from './schema.ts';

/** A field that Go writes even when nobody has set it, because it is neither a pointer nor `omitempty`. */
interface ZeroField {
  readonly name: string;
  /** A value of its own for every caller. */
  readonly zero: () => unknown;
}

const zeros = new WeakMap<Definition, readonly ZeroField[]>();

/** The fields of a structure that are always there: `status: {}`, `resources: {}`, `ready: false`. */
export function zerosOf(definition: Definition): readonly ZeroField[] {
  const known = zeros.get(definition);
  if (known) return known;
  const found = [...definition.fields].flatMap(([name, schema]) => zeroField(name, schema) ?? []);
  zeros.set(definition, found);
  return found;
}

/** A structure of which nothing was set, as Go writes it. */
export function zeroObject(definition: Definition): Record<string, unknown> {
  return Object.fromEntries(zerosOf(definition).map(({ name, zero }) => [name, zero()]));
}

/** The schema declares the zero of such a field as its default; of other defaults a kind's own module sees. */
function zeroField(name: string, schema: FieldSchema): ZeroField | undefined {
  const { type, ref, format, omitZero, default: value } = schema;
  if (omitZero || value === undefined) return undefined;
  if (type === 'object') return { name, zero: () => zeroObject(ref!) };
  // The zero of a time is null, which says no more than its absence.
  const isZero = value === 0 || value === false || value === '' || (type === 'quantity' && value === '0');
  return isZero && format !== 'date-time' && format !== 'micro-time'
    ? { name, zero: () => value }
    : undefined;
}

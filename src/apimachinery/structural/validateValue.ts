import { type FieldError, invalidValue, notSupported, required, tooLong, tooMany } from '../fieldErrors.ts';
import { readableRegexp } from '../goRegexp/knownRegexp.ts';
import { deepEqual } from '../object.ts';
import { isJsonObject, type JsonObject } from '../patch/jsonValue.ts';
import { hasFormat } from './formats.ts';
import { oldItemFor } from './oldValues.ts';
import { isIntOrString, type StructuralSchema, schemaOfOthers } from './structuralSchema.ts';

/** A value and where it is. */
interface Checked {
  readonly value: unknown;
  readonly path: string;
  /** What was there before. What has not changed is not refused, even if the schema has become stricter (KEP-4008). */
  readonly old: unknown;
}

/** What the schema has against a value, in upstream's words (those of kube-openapi). */
export function validateValue(
  value: unknown,
  schema: StructuralSchema,
  path = '',
  old: unknown = undefined,
): FieldError[] {
  if (old !== undefined && deepEqual(value, old)) return [];
  const checked = { value, path, old };
  if (value === null) return [...typeErrors(checked, schema), ...enumErrors(checked, schema)];
  return [
    ...typeErrors(checked, schema),
    ...compositeErrors(checked, schema),
    ...(typeof value === 'string' ? stringErrors(value, schema, path) : []),
    ...(typeof value === 'number' ? numberErrors(value, schema, path) : []),
    ...(Array.isArray(value) ? listErrors(value, schema, checked) : []),
    ...enumErrors(checked, schema),
    ...(isJsonObject(value) ? objectErrors(value, schema, checked) : []),
  ];
}

/** `spec.replicas in body must be of type integer: "string"` */
const says = (path: string, what: string): string => `${path} in body ${what}`;

const invalidType = (path: string, value: unknown, type: string, shown: string): FieldError => ({
  type: 'FieldValueTypeInvalid',
  field: path || '<nil>',
  badValue: value,
  detail: says(path, `must be of type ${type}: ${JSON.stringify(shown)}`),
});

const invalid = (path: string, value: unknown, what: string): FieldError =>
  invalidValue(path || '<nil>', value, says(path, what));

function typeErrors({ value, path }: Checked, schema: StructuralSchema): FieldError[] {
  const wanted = isIntOrString(schema) ? ['integer', 'string'] : schema.type ? [schema.type] : [];
  if (wanted.length === 0 || (value === null && schema.nullable)) return [];
  const given = typeOf(value);
  if (wanted.includes(given) || (given === 'integer' && wanted.includes('number'))) return [];
  return [invalidType(path, given, wanted.join(','), given)];
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function enumErrors({ value, path }: Checked, { enum: allowed, nullable }: StructuralSchema): FieldError[] {
  if (!allowed || allowed.length === 0 || allowed.some((each) => deepEqual(each, value))) return [];
  if (value === null && nullable && allowed.includes(null)) return [];
  const texts = allowed.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
  return [notSupported(path || '<nil>', value, texts)];
}

function stringErrors(text: string, schema: StructuralSchema, path: string): FieldError[] {
  const { minLength, maxLength, pattern, format } = schema;
  const length = minLength === undefined && maxLength === undefined ? 0 : Array.from(text).length;
  const errors: FieldError[] = [];
  if (maxLength !== undefined && length > maxLength) errors.push(tooLong(path || '<nil>', maxLength));
  if (minLength !== undefined && length < minLength)
    errors.push(invalid(path, text, `should be at least ${minLength} chars long`));
  if (pattern && !(readableRegexp(pattern)?.test(text) ?? true))
    errors.push(invalid(path, text, `should match '${pattern}'`));
  if (format && !hasFormat(text, format)) errors.push(invalidType(path, text, format, text));
  return errors;
}

function numberErrors(number: number, schema: StructuralSchema, path: string): FieldError[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const errors: FieldError[] = [];
  const refuse = (what: string) => errors.push(invalid(path, number, `should be ${what}`));
  if (multipleOf && !Number.isInteger(number / multipleOf)) refuse(`a multiple of ${multipleOf}`);
  if (maximum !== undefined && (exclusiveMaximum ? number >= maximum : number > maximum))
    refuse(`less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
  if (minimum !== undefined && (exclusiveMinimum ? number <= minimum : number < minimum))
    refuse(`greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
  return errors;
}

function listErrors(
  items: readonly unknown[],
  schema: StructuralSchema,
  { path, old }: Checked,
): FieldError[] {
  const { minItems, maxItems, uniqueItems } = schema;
  const errors = items.flatMap((item, index) =>
    schema.items ? validateValue(item, schema.items, `${path}[${index}]`, oldItemFor(item, old, schema)) : [],
  );
  if (minItems !== undefined && items.length < minItems)
    errors.push(invalid(path, items.length, `should have at least ${minItems} items`));
  if (maxItems !== undefined && items.length > maxItems)
    errors.push(tooMany(path || '<nil>', items.length, maxItems));
  if (uniqueItems && new Set(items.map((item) => JSON.stringify(item))).size < items.length)
    errors.push(invalid(path, '', "shouldn't contain duplicates"));
  return errors;
}

function objectErrors(value: JsonObject, schema: StructuralSchema, { path, old }: Checked): FieldError[] {
  const { minProperties, maxProperties, properties = {} } = schema;
  const names = Object.keys(value);
  const errors: FieldError[] = [];
  if (minProperties !== undefined && names.length < minProperties)
    errors.push(invalid(path, names.length, `should have at least ${minProperties} properties`));
  if (maxProperties !== undefined && names.length > maxProperties)
    errors.push(tooMany(path || '<nil>', names.length, maxProperties));
  for (const name of schema.required ?? [])
    if (!Object.hasOwn(value, name)) errors.push(required(below(path, name)));
  const others = schemaOfOthers(schema);
  for (const name of names) {
    const child = Object.hasOwn(properties, name) ? properties[name] : others;
    const before = isJsonObject(old) && Object.hasOwn(old, name) ? old[name] : undefined;
    if (child) errors.push(...validateValue(value[name], child, below(path, name), before));
  }
  return errors;
}

const below = (path: string, name: string): string => (path ? `${path}.${name}` : name);

/** What `allOf`, `anyOf`, `oneOf` and `not` have against a value. Upstream names no field for these. */
function compositeErrors({ value, path }: Checked, schema: StructuralSchema): FieldError[] {
  const { allOf = [], anyOf = [], oneOf = [], not } = schema;
  if (!not && allOf.length + anyOf.length + oneOf.length === 0) return [];
  const failuresOf = (branch: StructuralSchema) => validateValue(value, branch, path);
  const refuse = (what: string) => invalidValue('<nil>', '', `${JSON.stringify(path)} ${what}`);
  const errors: FieldError[] = [];
  if (anyOf.length > 0) {
    const failures = anyOf.map(failuresOf);
    if (failures.every(({ length }) => length > 0))
      errors.push(refuse('must validate at least one schema (anyOf)'), ...fewest(failures));
  }
  if (oneOf.length > 0) {
    const failures = oneOf.map(failuresOf);
    const valid = failures.filter(({ length }) => length === 0).length;
    const must = 'must validate one and only one schema (oneOf). Found';
    if (valid === 0) errors.push(refuse(`${must} none valid`), ...fewest(failures));
    if (valid > 1) errors.push(refuse(`${must} ${valid} valid alternatives`));
  }
  if (allOf.length > 0) {
    const failures = allOf.map(failuresOf);
    const valid = failures.filter(({ length }) => length === 0).length;
    errors.push(...failures.flat());
    if (valid < allOf.length)
      errors.push(refuse(`must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`));
  }
  if (not && failuresOf(not).length === 0) errors.push(refuse('must not validate the schema (not)'));
  return errors;
}

/** Of the branches that failed, the one that came nearest. */
const fewest = (failures: readonly FieldError[][]): FieldError[] =>
  failures.reduce((best, each) => (each.length < best.length ? each : best));

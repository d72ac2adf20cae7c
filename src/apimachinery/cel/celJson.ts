import type { Optional } from '@marcbachmann/cel-js';
import { setOwn } from '../object.ts';
import { celLibrary } from './celLibrary.ts';
import { ObjectLiteral } from './library/patches.ts';

/** What an expression came to, as JSON. A field that is marked as optional, `?name`, is there when its value has one. */
export function celJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(celJson);
  if (value instanceof ObjectLiteral) return fieldsOf(Object.entries(value.fields));
  if (value instanceof Map) return fieldsOf([...value]);
  if (value.constructor === Object) return fieldsOf(Object.entries(value));
  if (value instanceof Date) return value.toISOString().replace(/\.000Z$/, 'Z');
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return isOptional(value) ? celJson(value.orValue(null)) : String(value);
}

function fieldsOf(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of entries) {
    const isMarked = name.startsWith('?') && isOptional(value);
    if (isMarked && !value.hasValue()) continue;
    setOwn(fields, isMarked ? name.slice(1) : name, celJson(value));
  }
  return fields;
}

const isOptional = (value: unknown): value is Optional => value instanceof celLibrary().Optional;

/** What is wrong with the types of objects that are written out within one: `Object.spec{selector: Object.spec.wrong{}}`. */
export function typeProblems(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => typeProblems(item, path));
  if (value instanceof ObjectLiteral) {
    const wrong = `unexpected type name ${JSON.stringify(value.type)}, expected ${JSON.stringify(path)}, which matches field name path from root Object type`;
    const inner = Object.entries(value.fields).flatMap(([name, field]) =>
      typeProblems(field, `${path}.${name.replace(/^\?/, '')}`),
    );
    return value.type === path ? inner : [wrong, ...inner];
  }
  if (typeof value !== 'object' || value?.constructor !== Object) return [];
  return Object.values(value).flatMap((item) => typeProblems(item, path));
}

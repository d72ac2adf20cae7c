import { isJsonObject } from '../patch/jsonValue.ts';
import type { FieldSchema } from '../schema/schema.ts';

export const fieldElement = (name: string): string => `f:${name}`;

/** The name in a field's element. */
export const fieldName = (element: string): string => element.slice(2);

/**
 * What identifies an item of a set or of a list with keys: a key that it leaves out counts as its default (a port's
 * protocol is TCP). Undefined when the item has no identity.
 */
export function itemElement(item: unknown, schema: FieldSchema): string | undefined {
  if (schema.listType === 'set') return isScalar(item) ? `v:${JSON.stringify(item)}` : undefined;
  if (!isJsonObject(item)) return undefined;
  const pairs: string[] = [];
  for (const key of sortedKeys(schema)) {
    const value = item[key] ?? schema.items?.ref?.fields.get(key)?.default;
    if (isScalar(value)) pairs.push(`${JSON.stringify(key)}:${JSON.stringify(value)}`);
  }
  return pairs.length ? `k:{${pairs.join(',')}}` : undefined;
}

function sortedKeys({ listMapKeys = [] }: FieldSchema): readonly string[] {
  return listMapKeys.length > 1 ? listMapKeys.toSorted() : listMapKeys;
}

/** The element as this module writes it; undefined for what is none. */
export function normalElement(element: string): string | undefined {
  const text = element.slice(2);
  switch (element.slice(0, 2)) {
    case 'f:':
      return element;
    case 'i:':
      return /^-?\d{1,9}$/.test(text) ? element : undefined;
    case 'k:':
      return normalKey(parsed(text));
    case 'v:': {
      const value = parsed(text);
      return value === undefined ? undefined : `v:${JSON.stringify(value)}`;
    }
    default:
      return undefined;
  }
}

function normalKey(key: unknown): string | undefined {
  if (!isJsonObject(key)) return undefined;
  const pairs = Object.keys(key)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(key[name])}`);
  return `k:{${pairs.join(',')}}`;
}

/** `.spec.containers[name="a"].ports[containerPort=80,protocol="TCP"]`. */
export const pathText = (path: readonly string[]): string => path.map(elementText).join('');

function elementText(element: string): string {
  const text = element.slice(2);
  switch (element.slice(0, 2)) {
    case 'f:':
      return `.${text}`;
    case 'v:':
      return `[=${text}]`;
    case 'k:': {
      const pairs = Object.entries((parsed(text) ?? {}) as object);
      return `[${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
    }
    default:
      return `[${text}]`;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isScalar = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

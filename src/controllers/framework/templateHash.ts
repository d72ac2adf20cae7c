import type { PodTemplateSpec } from '../../generated/types.ts';

/** FNV-1a, 32 bits: the hash that upstream names revisions and replica sets by. */
export function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** A number as letters that make no words (`rand.SafeEncodeString` of its decimal digits). */
export const safeEncode = (value: number): string =>
  Array.from(String(value), (digit) => LETTERS[digit.charCodeAt(0) % LETTERS.length]).join('');

/** JSON with sorted keys: equal values give equal text whatever order their fields came in. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}

/**
 * The text by which two templates are compared, once `plain` has taken from them what does not count. Templates are
 * shared and frozen, so their text is made once.
 */
export function templateTexts(
  plain: (template: PodTemplateSpec) => object,
): (template: PodTemplateSpec | undefined) => string {
  const texts = new WeakMap<object, string>();
  return (template) => {
    if (!template) return '';
    let text = texts.get(template);
    if (text === undefined) {
      text = canonicalJson(plain(template));
      texts.set(template, text);
    }
    return text;
  };
}

/** The name part that stands for a template; `collisionCount` makes another when two templates share one. */
export const templateHash = (template: unknown, collisionCount: number | undefined): string =>
  safeEncode(fnv32a(canonicalJson(template) + (collisionCount === undefined ? '' : String(collisionCount))));

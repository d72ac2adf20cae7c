// Values as messages show them, in the ways of upstream's language.

/** What shows as itself: ASCII but for control characters, quotes and backslashes. */
const PLAIN = /^[ !#-[\]-~]*$/;
/** Go's `strconv.IsPrint` says no to these: of spaces only the common one is printable. */
const UNPRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;
const NAMED: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};
const DELETE = 0x7f;
const LARGEST_OF_FOUR_DIGITS = 0xffff;

/** `%q` of a string: no space is taken for another one, nothing is invisible. */
export function goQuoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return `"${text.replace(/["\\]/g, '\\$&').replace(UNPRINTABLE, escaped)}"`;
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!;
  const named = NAMED[character];
  if (named !== undefined) return named;
  if (code < 0x20 || code === DELETE) return `\\x${hex(code, 2)}`;
  return code <= LARGEST_OF_FOUR_DIGITS ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

/** JSON that may stand in a page: what HTML means by a character is escaped. */
export const goJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${hex(character.charCodeAt(0), 4)}`);

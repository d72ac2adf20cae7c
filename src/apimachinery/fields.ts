import { badRequest } from './errors.ts';

interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** A parsed field selector. */
export interface FieldSelector {
  /** Whether an object with these fields is selected; `fieldValue` answers with '' or undefined for a field that is not set. */
  matches(fieldValue: (field: string) => string | undefined): boolean;
  /** Whether everything matches. */
  readonly isEmpty: boolean;
  /** In the order of their text. A server looks here for unknown fields, and for those that it has an index of. */
  readonly requirements: readonly FieldRequirement[];
  /** The only value that this field may have, when the selector says so (`RequiresExactMatch`). */
  exactValue(field: string): string | undefined;
  toString(): string;
}

/** Reads `metadata.name=x,spec.nodeName!=y` (`\` escapes `\`, `,` and `=` in values). Throws 400 in upstream's words. */
export function parseFieldSelector(text: string): FieldSelector {
  const requirements = splitTerms(text)
    .sort()
    .filter((term) => term !== '')
    .map((term) => parseTerm(text, term));
  return {
    requirements,
    isEmpty: requirements.length === 0,
    matches: (fieldValue) =>
      requirements.every(
        ({ field, operator, value }) => ((fieldValue(field) ?? '') === value) === (operator === '='),
      ),
    exactValue: (field) =>
      requirements.find((requirement) => requirement.field === field && requirement.operator === '=')?.value,
    toString: () =>
      requirements.map(({ field, operator, value }) => `${field}${operator}${escapeValue(value)}`).join(','),
  };
}

/** At commas that no backslash escapes. */
function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === ',') {
      terms.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...terms, text.slice(start)];
}

function parseTerm(selector: string, term: string): FieldRequirement {
  const match = /!=|==?/.exec(term);
  if (!match) throw badRequest(`invalid selector: '${selector}'; can't understand '${term}'`);
  const [operator] = match;
  return {
    field: term.slice(0, match.index),
    operator: operator === '!=' ? '!=' : '=',
    value: unescapeValue(term.slice(match.index + operator.length)),
  };
}

const escapeValue = (value: string): string => value.replace(/[\\,=]/g, '\\$&');

function unescapeValue(value: string): string {
  return value.replace(/\\(.?)|[,=]/gsu, (found, escaped: string | undefined) => {
    if (escaped === undefined) {
      throw badRequest(`invalid field selector: unescaped character in value: ${found.charCodeAt(0)}`);
    }
    if (escaped !== '' && '\\,='.includes(escaped)) return escaped;
    throw badRequest(`invalid field selector: invalid escape sequence: ${found}`);
  });
}

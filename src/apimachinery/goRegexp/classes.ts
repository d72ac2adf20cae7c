import { RegexpError } from './regexpError.ts';

const CLASSES: Readonly<Record<string, string>> = {
  d: '0-9',
  s: '\\t\\n\\f\\r ',
  w: '0-9A-Za-z_',
};

/** In Go, digits, words and spaces are those of ASCII. */
export function classOf(written: string): string {
  const [, name = '', property] = /^\\(\w)(?:\{?(\^?\w+)\}?)?$/.exec(written) ?? [];
  if (property === undefined) {
    const known = CLASSES[name.toLowerCase()]!;
    return name === name.toLowerCase() ? known : complement(known);
  }
  const isNegated = (name === 'P') !== property.startsWith('^');
  return propertyClass(property.replace('^', ''), isNegated, written);
}

/** A category, `L`, or a script, `Greek`. */
function propertyClass(property: string, isNegated: boolean, written: string): string {
  const escapes = [property, `Script=${property}`].map((each) => `\\${isNegated ? 'P' : 'p'}{${each}}`);
  const known = escapes.find((each) => {
    try {
      return new RegExp(each, 'u');
    } catch {
      return false;
    }
  });
  if (!known) throw new RegexpError('invalid character class range', written);
  return known;
}

/** What is not in a class, to stand among others in brackets. */
const complement = (ascii: string): string => {
  const pattern = new RegExp(`[${ascii}]`);
  const codes = Array.from({ length: 128 }, (_, code) => code).filter(
    (code) => !pattern.test(String.fromCharCode(code)),
  );
  return `${codes.map((code) => `\\u{${code.toString(16)}}`).join('')}\\u{80}-\\u{10ffff}`;
};

const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

export function posixClass(text: string, name: string, isNegated: boolean): string {
  if (!Object.hasOwn(POSIX, name)) throw new RegexpError('invalid character class range', text);
  return isNegated ? complement(POSIX[name]!) : POSIX[name]!;
}

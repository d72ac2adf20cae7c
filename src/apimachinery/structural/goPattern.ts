const patterns = new Map<string, RegExp | undefined>();
/** Schemas hold a handful of patterns; who sends always new ones must not fill the memory. */
const MAX_KNOWN = 2000;

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** A regular expression as Go writes it; undefined for one that cannot be read. */
export function goPattern(source: string): RegExp | undefined {
  if (patterns.has(source)) return patterns.get(source);
  const pattern = compiled(translated(source));
  if (patterns.size >= MAX_KNOWN) patterns.clear();
  patterns.set(source, pattern);
  return pattern;
}

/** Strict where that can be read; Go takes escapes (`\-`, `\_`) that only the lax form does. */
function compiled(source: string): RegExp | undefined {
  for (const mode of ['u', '']) {
    try {
      return new RegExp(source, mode);
    } catch {}
  }
  return undefined;
}

/** An escape, a class, flags for the rest of the group, the beginning of a group, or one letter. */
const TOKENS = /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:\w+:\]|[^\]\\])*\]|\(\?[imsU-]+\)|\(\?P?<|\(|[\s\S]/g;
const FLAGS = /^\(\?([imsU-]+)\)$/;

/**
 * Go's flags, `(?i)`, hold to the end of the group that they stand in, and in all its further alternatives; in JavaScript they have a group
 * of their own.
 */
function translated(source: string): string {
  /** Of each open group, the flags that hold now. */
  const open: string[] = [''];
  let text = '';
  for (const [token] of source.matchAll(TOKENS)) {
    const flags = FLAGS.exec(token)?.[1]?.replace(/[U]/g, '');
    const held = open.at(-1)!;
    if (flags !== undefined) {
      text += (held && ')') + (flags ? `(?${flags}:` : '');
      open[open.length - 1] = flags;
    } else if (token === '|') text += held ? `)|(?${held}:` : '|';
    else if (token === ')') {
      text += open.length > 1 ? `${held && ')'})` : ')';
      if (open.length > 1) open.pop();
    } else if (token.startsWith('(')) {
      open.push('');
      text += token === '(?P<' ? '(?<' : token;
    } else text += plain(token);
  }
  return text + (open.at(-1) && ')');
}

function plain(token: string): string {
  if (token === '\\A') return '^';
  if (token === '\\z') return '$';
  return token.length > 2
    ? token.replace(/\[:(\w+):\]/g, (whole, name: string) => POSIX_CLASSES[name] ?? whole)
    : token;
}

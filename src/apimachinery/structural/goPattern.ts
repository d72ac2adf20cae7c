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
  const pattern = compiled(source);
  if (patterns.size >= MAX_KNOWN) patterns.clear();
  patterns.set(source, pattern);
  return pattern;
}

function compiled(source: string): RegExp | undefined {
  const [, given = '', rest = source] = /^\(\?([ims]+)\)(.*)$/s.exec(source) ?? [];
  const translated = rest
    .replace(/\(\?P</g, '(?<')
    .replace(/\\A/g, '^')
    .replace(/\\z/g, '$')
    .replace(/\[:(\w+):\]/g, (whole, name: string) => POSIX_CLASSES[name] ?? whole);
  // Strict where that can be read; Go takes escapes (`\-`, `\_`) that only the lax form does.
  for (const mode of ['u', '']) {
    try {
      return new RegExp(translated, given + mode);
    } catch {}
  }
  return undefined;
}

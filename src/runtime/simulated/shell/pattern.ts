/** What is longer is left as it is: scripts of simulations cut names, not books. */
const LONGEST_TEXT = 500;
const LONGEST_PATTERN = 50;

/** `*`, or whether a character fits. */
type Part = '*' | ((char: string) => boolean);

/** Without the shortest (`#`, `%`) or longest (`##`, `%%`) part at its beginning or end that fits the pattern of the shell. */
export function trimmed(text: string, operator: '#' | '##' | '%' | '%%', pattern: string): string {
  if (pattern.length > LONGEST_PATTERN || text.length > LONGEST_TEXT) return text;
  const parts = partsOf(pattern);
  const isShortest = operator.length === 1;
  for (let step = 0; step <= text.length; step++) {
    const length = isShortest ? step : text.length - step;
    const cut = text.length - length;
    if (operator.startsWith('#') && fits(text.slice(0, length), parts)) return text.slice(length);
    if (operator.startsWith('%') && fits(text.slice(cut), parts)) return text.slice(0, cut);
  }
  return text;
}

const partsOf = (pattern: string): Part[] =>
  Array.from(pattern.matchAll(/\[([!^]?)([^\]]+)\]|[\s\S]/g), ([part, negation, set]): Part => {
    if (part === '*') return '*';
    if (part === '?') return () => true;
    if (set === undefined) return (char) => char === part;
    return (char) => isInSet(char, set) !== (negation !== '');
  });

/** `abc`, `0-9`. */
const isInSet = (char: string, set: string): boolean =>
  Array.from(set.matchAll(/([\s\S])-([\s\S])|[\s\S]/g)).some(([one, from, to]) =>
    from !== undefined && to !== undefined ? from <= char && char <= to : one === char,
  );

/** After a dead end the last star takes one character more: no more steps than the text is long, times the pattern. */
function fits(text: string, parts: readonly Part[]): boolean {
  let [at, part] = [0, 0];
  let star: { at: number; readonly part: number } | undefined;
  while (at < text.length) {
    const next = parts[part];
    if (next === '*') {
      star = { at, part: ++part };
    } else if (next?.(text[at]!)) {
      at++;
      part++;
    } else if (star) {
      at = ++star.at;
      part = star.part;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === '*');
}

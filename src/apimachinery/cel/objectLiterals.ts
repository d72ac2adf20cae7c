/** An expression in which the objects that are written out, `Object.spec{replicas: 1}`, have become calls that the library can read. */
export interface Translated {
  readonly text: string;
  /** Where a place in the text lies in what was written. */
  placeIn(text: number): number;
}

/** Texts with their prefixes, comments, a type with its opening brace, a name and whether it is marked as optional, or one letter. */
const TOKENS =
  /[rRbB]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\/[^\n]*|\b(?:Object|JSONPatch)(?:\.[A-Za-z_]\w*)*\s*\{|(?:\?\s*)?[A-Za-z_]\w*|[\s\S]/g;

/** Where a token begins in the text, and where and how long it was written. */
interface Written {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

/** What is open: an object whose field names come next or not, or something else. */
interface Open {
  readonly isObject: boolean;
  expectsName: boolean;
}

/** `Object.spec{replicas: 1}` becomes `ObjectPart__("Object.spec", {"replicas": 1})`. An expression without such objects stays as it is. */
export function translateObjects(expression: string): Translated {
  if (!/\b(?:Object|JSONPatch)\b[\w.]*\s*\{/.test(expression))
    return { text: expression, placeIn: (place) => place };
  const written: Written[] = [];
  const open: Open[] = [];
  let text = '';
  for (const { 0: token, index } of expression.matchAll(TOKENS)) {
    written.push({ from: text.length, to: index, length: token.length });
    text += translated(token, open, expression.slice(index + token.length));
  }
  return { text, placeIn: (place) => placeIn(written, place) };
}

function translated(token: string, open: Open[], rest: string): string {
  const inner = open.at(-1);
  const type = /^((?:Object|JSONPatch)[\w.]*)\s*\{$/.exec(token)?.[1];
  if (type !== undefined) {
    open.push({ isObject: true, expectsName: true });
    return `${functionOf(type)}("${type}", {`;
  }
  if (/^[([{]$/.test(token)) open.push({ isObject: false, expectsName: false });
  else if (/^[)\]}]$/.test(token)) {
    open.pop();
    if (inner?.isObject) return '})';
  } else if (token === ',' && inner?.isObject) inner.expectsName = true;
  else if (inner?.expectsName && /^\??\s*[A-Za-z_]/.test(token) && /^\s*:/.test(rest)) {
    inner.expectsName = false;
    return `"${token.replace(/\s/g, '')}"`;
  }
  return token;
}

/** The type of what is written is known by the function that makes it: the whole object, a part of it, or a step of a patch. */
const functionOf = (type: string): string => {
  if (type === 'Object') return 'Object__';
  return type === 'JSONPatch' ? 'JSONPatch__' : 'ObjectPart__';
};

function placeIn(written: readonly Written[], place: number): number {
  const token = written.findLast(({ from }) => from <= place);
  return token ? token.to + Math.min(place - token.from, token.length) : place;
}

import { isJsonObject } from './patch/jsonValue.ts';

/** Finds the values that a path leads to, in order; none when there is nothing there. */
export type JsonPath = (root: unknown) => readonly unknown[];

type Step = (value: unknown) => readonly unknown[];

/** `name`, `[…]`, `.`, `*`; a backslash keeps a dot within a name. */
const FIELD = /^\.?((?:[^.[\]\\{}\s]|\\.)+)/;
const FILTER =
  /^\[\?\(\s*@\.?([^\s=!<>)]*)\s*(?:(==|!=|<=|>=|<|>)\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s)]+)\s*)?\)\]/;
const INDEX = /^\[(-?\d+)\]/;
const SLICE = /^\[(-?\d*):(-?\d*)\]/;
const QUOTED = /^\[(['"])((?:[^\\]|\\.)*?)\1\]/;

/**
 * Reads a path as printer columns have it, without braces: `.status.conditions[?(@.type=="Ready")].status`, `.spec.list[*].name`,
 * `.metadata.annotations['example\.com/x']`. Undefined for what is no such path.
 */
export function parseJsonPath(text: string): JsonPath | undefined {
  const steps: Step[] = [];
  let rest = text.replace(/^\$/, '');
  while (rest !== '' && rest !== '.') {
    const read = readStep(rest);
    if (!read) return undefined;
    steps.push(read.step);
    rest = rest.slice(read.length);
  }
  return (root) => steps.reduce((values, step) => values.flatMap(step), [root] as readonly unknown[]);
}

function readStep(text: string): { step: Step; length: number } | undefined {
  const wildcard = /^(?:\.?\[\*\]|\.\*)/.exec(text);
  if (wildcard) return { step: children, length: wildcard[0].length };
  if (text.startsWith('.[')) {
    const read = readStep(text.slice(1));
    return read && { ...read, length: read.length + 1 };
  }
  const filter = FILTER.exec(text);
  if (filter) return readFilter(filter);
  const quoted = QUOTED.exec(text);
  if (quoted) return { step: field(unescaped(quoted[2]!)), length: quoted[0].length };
  const index = INDEX.exec(text);
  if (index) return { step: item(Number(index[1])), length: index[0].length };
  const slice = SLICE.exec(text);
  if (slice) return { step: part(slice[1]!, slice[2]!), length: slice[0].length };
  const name = FIELD.exec(text);
  return name ? { step: field(unescaped(name[1]!)), length: name[0].length } : undefined;
}

const unescaped = (name: string): string => name.replace(/\\(.)/g, '$1');

const field =
  (name: string): Step =>
  (value) =>
    isJsonObject(value) && Object.hasOwn(value, name) ? [value[name]] : [];

const item =
  (index: number): Step =>
  (value) => {
    if (!Array.isArray(value)) return [];
    const found = value.at(index);
    return found === undefined ? [] : [found];
  };

const part =
  (from: string, to: string): Step =>
  (value) =>
    Array.isArray(value) ? value.slice(Number(from), to === '' ? undefined : Number(to)) : [];

const children: Step = (value) =>
  Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : [];

function readFilter([whole, path = '', operator, literal = '']: RegExpExecArray) {
  const find = parseJsonPath(path);
  if (!find) return undefined;
  const wanted = operator ? literalOf(literal) : undefined;
  const fits = (value: unknown): boolean => {
    const [found] = find(value);
    return operator ? found !== undefined && compares(found, operator, wanted) : found !== undefined;
  };
  const step: Step = (value) => children(value).filter(fits);
  return { step, length: whole.length };
}

function literalOf(text: string): unknown {
  if (/^['"]/.test(text)) return unescaped(text.slice(1, -1));
  if (text === 'true' || text === 'false') return text === 'true';
  return Number.isNaN(Number(text)) ? text : Number(text);
}

function compares(found: unknown, operator: string, wanted: unknown): boolean {
  switch (operator) {
    case '==':
      return found === wanted;
    case '!=':
      return found !== wanted;
    case '<':
      return (found as number) < (wanted as number);
    case '>':
      return (found as number) > (wanted as number);
    case '<=':
      return (found as number) <= (wanted as number);
    default:
      return (found as number) >= (wanted as number);
  }
}

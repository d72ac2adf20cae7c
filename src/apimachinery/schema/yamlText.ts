import type { Document, LineCounter, YAMLParseError } from 'yaml';
import { messageOf } from '../errors.ts';
import { yaml } from '../yaml.ts';

/** A YAML text that cannot be read, in the words of upstream's library. */
export class YamlError extends Error {}

/** Tags of YAML 1.1 that upstream's library reads as plain values or not at all. */
const UNREAD_TAGS = /^tag:yaml\.org,2002:(binary|omap|pairs|set|timestamp)$/;

/** So many nested brackets or dashes cannot be meant, and the parser would run out of stack. */
const NESTED_DASHES = /(?:[-?][ \t]+){500}/;

export interface YamlText {
  readonly value: unknown;
  /** `line 5: key "name" already set in map`, one for each. */
  duplicateKeys(): readonly string[];
}

/** Reads one YAML document as JSON would say it. Throws `YamlError`. */
export function readYaml(text: string, maxDepth: number): YamlText {
  if (bracketDepth(text) > maxDepth || NESTED_DASHES.test(text)) throw tooDeep(maxDepth);
  const lines = new (yaml().LineCounter)();
  try {
    const document = yaml().parseDocument(text, {
      version: '1.1',
      uniqueKeys: false,
      lineCounter: lines,
      customTags: (tags) => tags.filter(isReadUpstream),
    });
    if (document.errors[0]) throw new YamlError(describe(document.errors[0], maxDepth));
    const value: unknown = document.toJS();
    checkValue(value, maxDepth);
    return { value, duplicateKeys: () => duplicateKeys(document, lines) };
  } catch (error) {
    throw error instanceof YamlError ? error : unreadable(error, maxDepth);
  }
}

/** Upstream's library knows no sexagesimal numbers: `12:30` is a string. */
const isReadUpstream = (tag: string | { tag: string; format?: string }) =>
  typeof tag === 'string'
    ? !/^(binary|omap|pairs|set|timestamp|.*Time)$/.test(tag)
    : !UNREAD_TAGS.test(tag.tag) && tag.format !== 'TIME';

/** How deep brackets nest, quotes and comments included: never less than the truth. */
function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x5d || code === 0x7d) depth = Math.max(0, depth - 1);
  }
  return deepest;
}

/** JSON has no infinity, and indentation nests as brackets do. */
function checkValue(root: unknown, maxDepth: number): void {
  const waiting: [value: unknown, depth: number][] = [[root, 0]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [value, depth] = next;
    if (depth > maxDepth) throw tooDeep(maxDepth);
    if (typeof value === 'number' && !Number.isFinite(value)) throw new YamlError(unsupported(value));
    if (typeof value !== 'object' || value === null) continue;
    for (const inner of Object.values(value)) waiting.push([inner, depth + 1]);
  }
}

const unsupported = (value: number) =>
  `json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`;

const tooDeep = (maxDepth: number) => new YamlError(`yaml: exceeded max depth of ${maxDepth}`);

function unreadable(error: unknown, maxDepth: number): YamlError {
  if (error instanceof RangeError) return tooDeep(maxDepth);
  const message = messageOf(error);
  if (/alias count/i.test(message)) return new YamlError('yaml: document contains excessive aliasing');
  return new YamlError(`yaml: ${message}`);
}

const UPSTREAM_WORDS: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  MULTILINE_IMPLICIT_KEY: "could not find expected ':'",
  MISSING_CHAR: 'did not find expected key',
  TAB_AS_INDENT: 'found character that cannot start any token',
  BAD_SCALAR_START: 'found character that cannot start any token',
  UNEXPECTED_TOKEN: 'did not find expected node content',
  BAD_INDENT: 'did not find expected key',
  MULTIPLE_DOCS: 'expected a single document in the stream',
};

function describe({ code, message, linePos }: YAMLParseError, maxDepth: number): string {
  if (message.startsWith('Maximum call stack')) return tooDeep(maxDepth).message;
  const line = linePos?.[0].line;
  const words = UPSTREAM_WORDS[code] ?? message.split(' at line ')[0];
  return `yaml: ${line ? `line ${line}: ` : ''}${words}`;
}

function duplicateKeys(document: Document, lines: LineCounter): string[] {
  const found: string[] = [];
  yaml().visit(document, {
    Map(_, map) {
      const keys = new Set<unknown>();
      for (const { key } of map.items) {
        if (!yaml().isScalar(key)) continue;
        if (keys.has(key.value)) {
          const line = lines.linePos(key.range?.[0] ?? 0).line;
          found.push(`line ${line}: key ${JSON.stringify(key.value)} already set in map`);
        }
        keys.add(key.value);
      }
    },
  });
  return found;
}

import type { Definition, FieldSchema } from './schema.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** How many members its objects have together, and how deep a text of valid JSON is nested. */
export function measureJson(text: string): { members: number; depth: number } {
  let members = 0;
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COLON) members++;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) deepest = Math.max(deepest, ++depth);
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
  }
  return { members, depth: deepest };
}

/** How many members are left after parsing: fewer than in the text when a key was given twice. */
export function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  const isList = Array.isArray(value);
  for (const key in value) count += countMembers((value as Record<string, unknown>)[key]) + (isList ? 0 : 1);
  return count;
}

interface Frame {
  readonly path: string;
  /** Undefined where upstream does not look: under an unknown field or in a type that reads itself. */
  readonly schema: FieldSchema | undefined;
  readonly keys: Set<string> | undefined;
  index: number;
  key: string;
  expectsKey: boolean;
}

/** Every `duplicate field "spec.replicas"` of a text of valid JSON, each once, in the order of the text. */
export function findDuplicateFields(text: string, definition: Definition): string[] {
  const found = new Set<string>();
  const frames: Frame[] = [];
  let frame: Frame | undefined;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfString(text, at);
        if (frame?.expectsKey) readKey(frame, JSON.parse(text.slice(at, end + 1)), found);
        at = end;
        break;
      }
      case OPEN_OBJECT:
      case OPEN_LIST:
        frame = openFrame(frame, definition, text.charCodeAt(at) === OPEN_OBJECT);
        frames.push(frame);
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        frames.pop();
        frame = frames.at(-1);
        break;
      case COMMA:
        if (frame?.keys) frame.expectsKey = true;
        else if (frame) frame.index++;
    }
  }
  return [...found];
}

function readKey(frame: Frame, key: string, found: Set<string>): void {
  if (frame.keys!.has(key) && schemaOfMember(frame.schema, key)) {
    found.add(`duplicate field ${JSON.stringify(join(frame.path, key))}`);
  }
  frame.keys!.add(key);
  frame.key = key;
  frame.expectsKey = false;
}

function openFrame(parent: Frame | undefined, definition: Definition, isObject: boolean): Frame {
  const path = !parent ? '' : parent.keys ? join(parent.path, parent.key) : `${parent.path}[${parent.index}]`;
  const schema: FieldSchema | undefined = parent
    ? schemaOfMember(parent.schema, parent.key)
    : { type: 'object', ref: definition };
  return { path, schema, keys: isObject ? new Set() : undefined, index: 0, key: '', expectsKey: isObject };
}

const schemaOfMember = (schema: FieldSchema | undefined, key: string): FieldSchema | undefined =>
  schema?.type === 'object' ? schema.ref!.fields.get(key) : schema?.items;

const join = (path: string, key: string) => (path ? `${path}.${key}` : key);

/** The index of the quote that ends the string begun at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

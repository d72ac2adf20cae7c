import { badRequest, StatusError, tooLarge } from '../errors.ts';
import { deepCopy, deepEqual, setOwn } from '../object.ts';
import { isJsonObject, type JsonObject, typeInGo } from './jsonValue.ts';

const MAX_OPERATIONS = 10_000;
/** What all copies of one patch may weigh together (upstream's `JSONPatchMaxCopyBytes`). */
const MAX_COPIED_BYTES = 3 * 1024 * 1024;
/** No kind nests as deep; what does would exhaust the stack of whatever walks the object next. */
const MAX_DEPTH = 1_000;

/**
 * Applies a JSON patch (RFC 6902) and returns the new document. Negative array indexes count from the end, as
 * upstream's library has it. Throws 400 for what is no list of operations, 413 for more than 10,000, and 422 with
 * upstream's one sentence when an operation does not apply.
 */
export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  const operations = decode(patch);
  const state: State = { root: deepCopy(document), copiedBytes: 0 };
  try {
    for (const operation of operations) apply(state, operation);
    checkDepth(state.root, 0);
  } catch (error) {
    if (error instanceof StatusError) throw error;
    // A stack that overflows on what copies have nested is the patch's fault too.
    if (error instanceof RangeError) throw doesNotApply();
    throw error;
  }
  return state.root;
}

interface State {
  readonly root: unknown;
  copiedBytes: number;
}

function decode(patch: unknown): JsonObject[] {
  const wrong = (value: unknown, type: string) =>
    badRequest(
      `error decoding patch: json: cannot unmarshal ${typeInGo(value)} into Go value of type ${type}`,
    );
  if (!Array.isArray(patch)) throw wrong(patch, '[]handlers.jsonPatchOp');
  if (patch.length > MAX_OPERATIONS) {
    throw tooLarge(
      `Request entity too large: The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`,
    );
  }
  for (const operation of patch) {
    if (!isJsonObject(operation)) throw wrong(operation, 'handlers.jsonPatchOp');
  }
  return patch;
}

/** Upstream tells no more than this, whatever the operation was. */
const doesNotApply = () =>
  new StatusError('Invalid', 'the server rejected our request due to an error in our request');

type Operate = (state: State, path: string[], operation: JsonObject) => void;

const OPERATIONS: ReadonlyMap<unknown, Operate> = new Map<unknown, Operate>([
  ['add', ({ root }, path, { value }) => add(root, path, deepCopy(value ?? null))],
  ['remove', ({ root }, path) => remove(root, path)],
  ['replace', ({ root }, path, { value }) => replace(root, path, deepCopy(value ?? null))],
  ['move', ({ root }, path, { from }) => add(root, path, remove(root, pointer(from)))],
  ['copy', (state, path, { from }) => add(state.root, path, copied(state, pointer(from)))],
  ['test', ({ root }, path, { value }) => check(root, path, value ?? null)],
]);

function apply(state: State, operation: JsonObject): void {
  const operate = OPERATIONS.get(operation.op);
  if (!operate) throw doesNotApply();
  operate(state, pointer(operation.path), operation);
}

/** What is missing equals null, as upstream has it. */
function check(root: unknown, path: string[], value: unknown): void {
  if (!deepEqual(read(root, path) ?? null, value)) throw doesNotApply();
}

/** `/a~1b/0` as `['a/b', '0']`. The whole document is nothing that a patch may touch. */
function pointer(text: unknown): string[] {
  if (typeof text !== 'string' || !text.startsWith('/')) throw doesNotApply();
  return text
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function copied(state: State, path: string[]): unknown {
  const value = deepCopy(existing(state.root, path));
  state.copiedBytes += Buffer.byteLength(JSON.stringify(value));
  if (state.copiedBytes > MAX_COPIED_BYTES) throw doesNotApply();
  return value;
}

function add(root: unknown, path: string[], value: unknown): void {
  const { container, key } = parentOf(root, path);
  if (!Array.isArray(container)) setOwn(container, key, value);
  else if (key === '-') container.push(value);
  else container.splice(indexIn(key, container.length + 1), 0, value);
}

function remove(root: unknown, path: string[]): unknown {
  const { container, key } = parentOf(root, path);
  if (Array.isArray(container)) return container.splice(indexIn(key, container.length), 1)[0];
  if (!Object.hasOwn(container, key)) throw doesNotApply();
  const value = container[key];
  delete container[key];
  return value;
}

function replace(root: unknown, path: string[], value: unknown): void {
  const { container, key } = parentOf(root, path);
  if (Array.isArray(container)) container[indexIn(key, container.length)] = value;
  else if (Object.hasOwn(container, key)) setOwn(container, key, value);
  else throw doesNotApply();
}

function existing(root: unknown, path: string[]): unknown {
  const value = read(root, path);
  if (value === undefined) throw doesNotApply();
  return value;
}

/** Undefined when only the last step is missing. */
function read(root: unknown, path: string[]): unknown {
  const { container, key } = parentOf(root, path);
  return child(container, key);
}

type Container = JsonObject | unknown[];

function parentOf(root: unknown, path: string[]): { container: Container; key: string } {
  let container = root;
  for (const part of path.slice(0, -1)) {
    if (!isContainer(container)) throw doesNotApply();
    container = child(container, part);
  }
  if (!isContainer(container)) throw doesNotApply();
  return { container, key: path.at(-1)! };
}

function child(container: Container, key: string): unknown {
  if (Array.isArray(container)) return container[indexIn(key, container.length)];
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

function indexIn(text: string, length: number): number {
  if (!/^[+-]?\d{1,9}$/.test(text)) throw doesNotApply();
  const index = Number(text) < 0 ? Number(text) + length : Number(text);
  if (index < 0 || index >= length) throw doesNotApply();
  return index;
}

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

function checkDepth(value: unknown, depth: number): void {
  if (depth > MAX_DEPTH) throw doesNotApply();
  if (!isContainer(value)) return;
  for (const item of Object.values(value)) checkDepth(item, depth + 1);
}

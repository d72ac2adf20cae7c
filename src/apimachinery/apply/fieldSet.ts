import { isJsonObject } from '../patch/jsonValue.ts';
import { normalElement } from './pathElement.ts';

/**
 * A set of field paths, in the very form of `FieldsV1`: a tree whose keys are path elements (`f:spec`,
 * `k:{"name":"a"}`, `v:"x"`, `i:0`). A node without keys, or with the key `.`, is a path of the set; the root never is.
 * Sets are never changed: operations share what stays the same, and give back their argument when all of it does.
 */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

type MutableFieldSet = { [element: string]: MutableFieldSet };

export type FieldPath = readonly string[];

const SELF = '.';
const LEAF: FieldSet = Object.freeze({});
export const emptySet: FieldSet = LEAF;

export const isEmptySet = (set: FieldSet): boolean => Object.keys(set).length === 0;

/** Whether this node, which is not a root, is itself a path of the set. */
export const isMember = (node: FieldSet): boolean => SELF in node || isEmptySet(node);

/** Adds a path to a set under construction. */
export function insertPath(root: FieldSet, path: FieldPath): void {
  let node = root as MutableFieldSet;
  let isNew = true;
  for (const element of path) {
    // What was a plain leaf is about to have something below it.
    if (!isNew && isEmptySet(node)) node[SELF] = {};
    isNew = !node[element];
    if (isNew) node[element] = {};
    node = node[element]!;
  }
  if (!isNew && !isEmptySet(node)) node[SELF] = {};
}

export function setOfPaths(paths: Iterable<FieldPath>): FieldSet {
  const set: FieldSet = {};
  for (const path of paths) insertPath(set, path);
  return set;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptySet(b)) return a;
  return isEmptySet(a) ? b : unite(a, b);
}

/** The paths of `a` that are not in `b`, what is below them notwithstanding. */
export const difference = (a: FieldSet, b: FieldSet): FieldSet =>
  isEmptySet(a) || isEmptySet(b) ? a : (subtract(a, b) ?? emptySet);

export const intersection = (a: FieldSet, b: FieldSet): FieldSet =>
  isEmptySet(a) || isEmptySet(b) ? emptySet : (intersect(a, b) ?? emptySet);

/** The paths of `a` that are neither in `b` nor below a path of `b`. */
export const excluding = (a: FieldSet, b: FieldSet): FieldSet =>
  isEmptySet(a) || isEmptySet(b) ? a : (exclude(a, b) ?? emptySet);

/** All paths: a node's own first, then those below it. */
export function* pathsOf(set: FieldSet, prefix: FieldPath = []): Generator<FieldPath> {
  const elements = Object.keys(set).filter((element) => element !== SELF);
  const path = (element: string) => [...prefix, element];
  for (const element of elements) if (isMember(set[element]!)) yield path(element);
  for (const element of elements) yield* pathsOf(set[element]!, path(element));
}

export function hasPath(set: FieldSet, path: FieldPath): boolean {
  let node: FieldSet | undefined = set;
  for (const element of path) node = node?.[element];
  return node !== undefined && isMember(node);
}

/** Reads `FieldsV1` that a client has sent; undefined when it is malformed. */
export function parseFieldSet(fields: unknown): FieldSet | undefined {
  if (fields === undefined || fields === null) return emptySet;
  if (!isJsonObject(fields)) return undefined;
  const set: MutableFieldSet = {};
  for (const key of Object.keys(fields)) {
    const element = key === SELF ? SELF : normalElement(key);
    const node = element && parseFieldSet(fields[key]);
    if (!element || !node) return undefined;
    set[element] = node as MutableFieldSet;
  }
  return set;
}

/** A leaf, with its place in the set spelt out. */
const expanded = (node: FieldSet): FieldSet => (isEmptySet(node) ? { [SELF]: LEAF } : node);

/** The node of these children: undefined when nothing is left, a plain leaf when only itself is. */
function compressed(children: MutableFieldSet): FieldSet | undefined {
  const elements = Object.keys(children);
  if (elements.length === 0) return undefined;
  return elements.length === 1 && elements[0] === SELF ? LEAF : children;
}

function unite(a: FieldSet, b: FieldSet): FieldSet {
  const united = { ...a } as MutableFieldSet;
  let isSame = true;
  for (const element of Object.keys(b)) {
    const [left, right] = [a[element], b[element]!];
    const node = left ? uniteNodes(left, right) : right;
    if (node === left) continue;
    united[element] = node as MutableFieldSet;
    isSame = false;
  }
  return isSame ? a : united;
}

function uniteNodes(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || (isEmptySet(a) && isEmptySet(b))) return a;
  return unite(expanded(a), expanded(b));
}

type Combine = (a: FieldSet, b: FieldSet) => FieldSet | undefined;

/** Keeps of `a` what `combine` leaves of each child that `b` has too; undefined when nothing is left. */
function reduce(a: FieldSet, b: FieldSet, combine: Combine): FieldSet | undefined {
  let kept: MutableFieldSet | undefined;
  for (const element of Object.keys(a)) {
    const other = b[element];
    if (!other) continue;
    const own = expanded(a[element]!);
    const node = element === SELF ? undefined : combine(own, expanded(other));
    if (node === own) continue;
    kept ??= { ...a } as MutableFieldSet;
    if (node) kept[element] = node as MutableFieldSet;
    else delete kept[element];
  }
  return kept ? compressed(kept) : a;
}

const subtract: Combine = (a, b) => reduce(a, b, subtract);

const exclude: Combine = (a, b) =>
  reduce(a, b, (node, other) => (SELF in other ? undefined : exclude(node, other)));

function intersect(a: FieldSet, b: FieldSet): FieldSet | undefined {
  const common: MutableFieldSet = {};
  for (const element of Object.keys(a)) {
    const other = b[element];
    if (!other) continue;
    const node = element === SELF ? LEAF : intersect(expanded(a[element]!), expanded(other));
    if (node) common[element] = node as MutableFieldSet;
  }
  return compressed(common);
}

import { badRequest } from '../errors.ts';
import { setOwn } from '../object.ts';
import type { Definition, FieldSchema } from '../schema/schema.ts';
import { isJsonObject, type JsonObject, printedByGo, typeInGo } from './jsonValue.ts';
import { checkOrder, deleteFromList, type ListRules, mergeLists, orderList } from './strategicList.ts';

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const SET_ORDER = '$setElementOrder';
const DELETE_FROM_LIST = '$deleteFromPrimitiveList';

/**
 * Applies a strategic merge patch and returns the new document, which shares with both what it did not change.
 * Lists merge by the keys that the schema gives; a new item goes before those that the patch does not mention,
 * as upstream orders them. Throws 400 for a malformed patch.
 */
export function applyStrategicMergePatch(document: unknown, patch: unknown, definition: Definition): unknown {
  if (!isJsonObject(patch)) {
    throw badRequest(
      `json: cannot unmarshal ${typeInGo(patch)} into Go value of type map[string]interface {}`,
    );
  }
  const original = isJsonObject(document) ? document : {};
  return mergeMaps(original, patch, { type: 'object', ref: definition });
}

/** Undefined below what has no schema: such maps merge, such lists are replaced. */
type Schema = FieldSchema | undefined;

function mergeMaps(original: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  if (Object.hasOwn(patch, DIRECTIVE)) return followDirective(patch);
  const merged = retained(original, patch);
  const keys = Object.keys(patch);
  const ordered = keys.some((key) => key.startsWith('$')) ? applyOrders(merged, patch, schema) : NONE;
  for (const key of keys) {
    if (key === RETAIN_KEYS || isFor(key, SET_ORDER) || ordered.has(key)) continue;
    if (isFor(key, DELETE_FROM_LIST)) deleteFromPrimitiveList(merged, fieldOf(key), patch[key]);
    else mergeField(merged, key, patch[key], schema);
  }
  return merged;
}

const NONE: ReadonlySet<string> = new Set();

function followDirective(patch: JsonObject): JsonObject {
  const { [DIRECTIVE]: directive, ...rest } = patch;
  if (directive === 'replace') return rest;
  if (directive === 'delete') return {};
  throw badRequest(`unknown patch type: ${printedByGo(directive)} in map: ${printedByGo(patch)}`);
}

function mergeField(merged: JsonObject, key: string, value: unknown, parent: Schema): void {
  if (value === null) {
    delete merged[key];
    return;
  }
  const original = Object.hasOwn(merged, key) ? merged[key] : undefined;
  const schema = fieldSchema(parent, key);
  if (isJsonObject(original) && isJsonObject(value)) {
    const isReplaced = strategyOf(schema) === 'replace';
    setOwn(merged, key, isReplaced ? value : mergeMaps(original, value, schema));
  } else if (Array.isArray(original) && Array.isArray(value)) {
    setOwn(merged, key, mergeArrays(original, value, schema));
  } else {
    const clean = withoutDirectives(withoutNulls(value));
    if (clean === DROPPED) delete merged[key];
    else setOwn(merged, key, clean);
  }
}

const mergeArrays = (original: unknown[], patch: unknown[], schema: Schema): unknown[] =>
  strategyOf(schema) === 'merge' ? mergeLists(original, patch, listRules(schema)) : patch;

const listRules = (schema: Schema): ListRules => ({
  mergeKey: schema?.patchMergeKey,
  mergeItems: (original, patch) => mergeMaps(original, patch, schema?.items),
});

function deleteFromPrimitiveList(merged: JsonObject, key: string, values: unknown): void {
  if (!Array.isArray(values)) throw badRequest('invalid patch format of primitive list');
  if (Array.isArray(merged[key])) setOwn(merged, key, deleteFromList(merged[key], values));
}

/** The original, with only the fields that `$retainKeys` names, if the patch has that. */
function retained(original: JsonObject, patch: JsonObject): JsonObject {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return { ...original };
  const keys = patch[RETAIN_KEYS];
  const wrong = () => badRequest('invalid patch format of retainKeys');
  if (!Array.isArray(keys)) throw wrong();
  const kept = new Set<unknown>(keys);
  for (const key of Object.keys(patch)) {
    const isDirective = key === RETAIN_KEYS || isFor(key, SET_ORDER) || isFor(key, DELETE_FROM_LIST);
    if (!isDirective && patch[key] !== null && !kept.has(key)) throw wrong();
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => kept.has(key)));
}

/** Merges the lists that have a `$setElementOrder`, and returns the names of their fields. */
function applyOrders(merged: JsonObject, patch: JsonObject, parent: Schema): Set<string> {
  const done = new Set<string>();
  for (const directive of Object.keys(patch)) {
    if (!isFor(directive, SET_ORDER)) continue;
    const key = fieldOf(directive);
    const schema = fieldSchema(parent, key);
    const original = listAt(merged, key);
    const items = listAt(patch, key);
    const order = listOf(patch[directive]);
    const rules = listRules(schema);
    checkOrder(items ?? [], order, rules.mergeKey);
    const result = mergedForOrder(original, items, schema);
    if (result) setOwn(merged, key, orderList(result, order, original ?? [], rules.mergeKey));
    done.add(key);
  }
  return done;
}

function mergedForOrder(original: unknown[] | undefined, items: unknown[] | undefined, schema: Schema) {
  if (original && items) return mergeArrays(original, items, schema);
  if (original || !items) return original;
  const clean = withoutDirectives(items);
  return clean === DROPPED ? undefined : (clean as unknown[]);
}

function listAt(object: JsonObject, key: string): unknown[] | undefined {
  if (!Object.hasOwn(object, key) || object[key] === null) return undefined;
  return listOf(object[key]);
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw badRequest('invalid patch format of setElementOrder list');
}

const isFor = (key: string, directive: string) => key.startsWith(directive);

/** The field that a directive such as `$setElementOrder/containers` is about. */
function fieldOf(directive: string): string {
  const slash = directive.indexOf('/');
  const name = slash < 0 ? directive : directive.slice(0, slash);
  if (slash > 0 && (name === SET_ORDER || name === DELETE_FROM_LIST)) return directive.slice(slash + 1);
  const list = directive.startsWith(SET_ORDER) ? 'setElementOrder' : 'primitive';
  throw badRequest(`invalid patch format of ${list} list`);
}

function fieldSchema(parent: Schema, key: string): Schema {
  if (parent?.type === 'map') return parent.items;
  return parent?.ref?.fields.get(key);
}

/** `merge` or `replace`, if the schema says either. */
const strategyOf = (schema: Schema): string | undefined =>
  schema?.patchStrategy?.split(',').find((strategy) => strategy !== 'retainKeys');

const DROPPED = Symbol('dropped');

/** A new value has nothing to merge with: what in it carries a directive goes. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== DROPPED);
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE)) return DROPPED;
  const clean: JsonObject = {};
  for (const key of Object.keys(value)) {
    const item = withoutDirectives(value[key]);
    if (item !== DROPPED) setOwn(clean, key, item);
  }
  return clean;
}

/** A null deletes; where there is nothing to delete it means nothing. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const clean: JsonObject = {};
  for (const key of Object.keys(value)) {
    if (value[key] !== null) setOwn(clean, key, withoutNulls(value[key]));
  }
  return clean;
}

import { badRequest } from '../errors.ts';
import { isJsonObject, type JsonObject, printedByGo } from './jsonValue.ts';

/** How the items of a list find and meet each other. */
export interface ListRules {
  /** The field that identifies an item; undefined for a list of scalars. */
  readonly mergeKey: string | undefined;
  readonly mergeItems: (original: JsonObject, patch: JsonObject) => JsonObject;
}

/** Merges a patch's list into the original's: scalars as a set, maps by their merge key. */
export function mergeLists(original: unknown[], patch: unknown[], rules: ListRules): unknown[] {
  if (original.length === 0 && patch.length === 0) return original;
  if (!holdsMaps(original, patch)) {
    const merged = [...new Set([...original, ...patch])];
    return orderList(merged, patch, original, undefined);
  }
  if (!rules.mergeKey) throw badRequest('cannot merge lists without merge key for struct');
  return mergeMapLists(original as JsonObject[], patch as JsonObject[], {
    ...rules,
    mergeKey: rules.mergeKey,
  });
}

/** The list without these scalars. */
export function deleteFromList(list: unknown[], values: unknown[]): unknown[] {
  const deleted = new Set(values);
  return list.filter((item) => !deleted.has(item));
}

/**
 * Puts the items that the patch mentions into the patch's order, and the others into the server's. Where the two
 * meet, an item of the server's goes first only if the server had both and had it first.
 */
export function orderList(
  merged: unknown[],
  patchOrder: unknown[],
  serverOrder: unknown[],
  mergeKey: string | undefined,
): unknown[] {
  const patchRank = ranks(patchOrder, mergeKey);
  const serverRank = ranks(serverOrder, mergeKey);
  const mentioned = merged.filter((item) => patchRank.has(identity(item, mergeKey)));
  const others = merged.filter((item) => !patchRank.has(identity(item, mergeKey)));
  const byRank = (rank: Map<unknown, number>) => (a: unknown, b: unknown) =>
    (rank.get(identity(a, mergeKey)) ?? rank.size) - (rank.get(identity(b, mergeKey)) ?? rank.size);
  return interleave(others.sort(byRank(serverRank)), mentioned.sort(byRank(patchRank)), (other, item) => {
    const [otherRank, rank] = [
      serverRank.get(identity(other, mergeKey)),
      serverRank.get(identity(item, mergeKey)),
    ];
    return otherRank !== undefined && rank !== undefined && otherRank < rank;
  });
}

/** The items of a patch must come in the order that its `$setElementOrder` gives. */
export function checkOrder(patch: unknown[], order: unknown[], mergeKey: string | undefined): void {
  if (order.length === 0) return;
  const items = patch.filter((item) => !(isJsonObject(item) && Object.hasOwn(item, '$patch')));
  let next = 0;
  for (const place of order) {
    if (next < items.length && identity(items[next], mergeKey) === identity(place, mergeKey)) next++;
  }
  if (next === items.length) return;
  throw badRequest(
    `The order in patch list:\n${printedByGo(patch)}\n doesn't match $setElementOrder list:\n${printedByGo(order)}\n`,
  );
}

interface MapListRules extends ListRules {
  readonly mergeKey: string;
}

function mergeMapLists(original: JsonObject[], patch: JsonObject[], rules: MapListRules): unknown[] {
  const { kept, items } = followDirectives(original, patch, rules.mergeKey);
  const merged = [...kept];
  const places = ranks(kept, rules.mergeKey);
  let isOrdered = places.size === kept.length;
  let last = -1;
  for (const item of items) {
    const key = identity(item, rules.mergeKey);
    const place = places.get(key);
    if (place !== undefined) merged[place] = rules.mergeItems(merged[place]!, item);
    else places.set(key, merged.push(item) - 1);
    isOrdered &&= place !== undefined && place > last;
    last = place ?? last;
  }
  // Changes of what there is, in the order of what there is, move nothing: a pod's conditions, most often.
  return isOrdered ? merged : orderList(merged, items, kept, rules.mergeKey);
}

/** Deletes what items with `$patch: delete` name; `$patch: replace` drops the whole original. */
function followDirectives(original: JsonObject[], patch: JsonObject[], mergeKey: string) {
  const deleted = new Set<unknown>();
  const items: JsonObject[] = [];
  let isReplaced = false;
  for (const item of patch) {
    if (!Object.hasOwn(item, '$patch')) items.push(item);
    else if (item.$patch === 'delete') deleted.add(identity(item, mergeKey));
    else if (item.$patch === 'replace') isReplaced = true;
    else throw unknownDirective(item);
  }
  if (isReplaced) return { kept: items, items: [] };
  return { kept: original.filter((item) => !deleted.has(identity(item, mergeKey))), items };
}

function unknownDirective(item: JsonObject) {
  return badRequest(
    item.$patch === 'merge'
      ? 'merging lists cannot yet be specified in the patch'
      : `unknown patch type: ${printedByGo(item.$patch)} in map: ${printedByGo(item)}`,
  );
}

/** Whether the items are maps; upstream refuses lists that mix types. */
function holdsMaps(...lists: unknown[][]): boolean {
  const first = lists.find((list) => list.length > 0)?.[0];
  if (Array.isArray(first)) throw badRequest('lists of lists are not supported');
  const isOther = (item: unknown) => item === null || typeof item !== typeof first || Array.isArray(item);
  if (lists.some((list) => list.some(isOther))) {
    throw badRequest(`list element types are not identical: ${printedByGo(lists)}`);
  }
  return isJsonObject(first);
}

/** What makes an item itself: the value of its merge key, or the scalar. */
function identity(item: unknown, mergeKey: string | undefined): unknown {
  if (mergeKey === undefined) return item;
  if (!isJsonObject(item))
    throw badRequest(`expected a map[string]interface {}, but received a ${typeof item}`);
  if (Object.hasOwn(item, mergeKey)) return item[mergeKey];
  throw badRequest(`map: ${printedByGo(item)} does not contain declared merge key: ${mergeKey}`);
}

/** Each identity's first place. */
function ranks(items: unknown[], mergeKey: string | undefined): Map<unknown, number> {
  const places = new Map<unknown, number>();
  items.forEach((item, index) => {
    const key = identity(item, mergeKey);
    if (!places.has(key)) places.set(key, index);
  });
  return places;
}

function interleave<T>(left: T[], right: T[], leftGoesFirst: (left: T, right: T) => boolean): T[] {
  const result: T[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    result.push(leftGoesFirst(left[i]!, right[j]!) ? left[i++]! : right[j++]!);
  }
  return [...result, ...left.slice(i), ...right.slice(j)];
}

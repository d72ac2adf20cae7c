import { getOwn, setOwn } from '../object.ts';
import type { JsonObject } from '../patch/jsonValue.ts';
import type { Definition, FieldSchema } from '../schema/schema.ts';
import { itemElement } from './pathElement.ts';
import { childSchema, commonShape, isAbsent, schemaOf } from './shape.ts';

/**
 * The live object with everything that the configuration states (`TypedValue.Merge`). Nothing that is changed is
 * shared with either. The configuration must have been checked.
 */
export const mergeConfiguration = (
  live: JsonObject,
  configuration: JsonObject,
  definition: Definition,
): JsonObject => (merge(live, configuration, schemaOf(definition)) ?? {}) as JsonObject;

/** A stated null takes the field away; an unstated field stays. */
function merge(live: unknown, stated: unknown, schema: FieldSchema | undefined): unknown {
  if (stated === undefined) return live;
  if (stated === null) return undefined;
  switch (commonShape(schema, live, stated)) {
    case 'leaf':
      return stated;
    case 'list':
      return mergeLists((live ?? []) as unknown[], stated as unknown[], schema!);
    default:
      return mergeMaps((live ?? {}) as JsonObject, stated as JsonObject, schema!);
  }
}

function mergeMaps(live: JsonObject, stated: JsonObject, schema: FieldSchema): JsonObject {
  const merged = { ...live };
  for (const name of Object.keys(stated)) {
    const value = merge(getOwn(live, name), stated[name], childSchema(schema, name));
    if (isAbsent(value)) delete merged[name];
    else setOwn(merged, name, value);
  }
  return merged;
}

/**
 * Items keep the order of both sides where they agree; where they do not, the configuration's. What only the live
 * object has stays between its neighbours.
 */
function mergeLists(live: unknown[], stated: unknown[], schema: FieldSchema): unknown[] {
  const liveElements = live.map((item, index) => itemElement(item, schema) ?? `i:${index}`);
  const statedElements = stated.map((item) => itemElement(item, schema)!);
  const liveItems = uniqueItems(liveElements, live);
  const statedItems = new Map(statedElements.map((element, index) => [element, stated[index]]));
  return mergedOrder(liveElements, statedElements).map((step) =>
    step.kind === 'live'
      ? live[step.index]
      : merge(liveItems.get(step.element), statedItems.get(step.element), schema.items),
  );
}

/** Items that share an identity have nothing to merge with. */
function uniqueItems(elements: string[], items: unknown[]): Map<string, unknown> {
  const unique = new Map<string, unknown>();
  elements.forEach((element, index) => {
    unique.set(element, unique.has(element) ? undefined : items[index]);
  });
  return unique;
}

type Step = { kind: 'live'; index: number } | { kind: 'stated'; element: string };

/** A walk over both lists at once, in which a shared item waits until the configuration has come to it. */
function mergedOrder(live: string[], stated: string[]): Step[] {
  const isLive = new Set(live);
  const isStated = new Set(stated);
  const shared = stated.filter((element) => isLive.has(element));
  const taken = new Set<string>();
  const steps: Step[] = [];
  let [l, s, nextShared] = [0, 0, 0];
  const takeStated = () => {
    const element = stated[s++]!;
    if (shared[nextShared] === element) nextShared++;
    taken.add(element);
    steps.push({ kind: 'stated', element });
  };
  while (l < live.length || s < stated.length) {
    const element = live[l];
    if (element === undefined) takeStated();
    else if (!isStated.has(element)) steps.push({ kind: 'live', index: l++ });
    else if (element === stated[s]) {
      takeStated();
      l++;
    } else if (s < stated.length && nextShared < shared.length && shared[nextShared] !== element) l++;
    else {
      if (taken.has(element)) l++;
      if (s < stated.length) takeStated();
    }
  }
  return steps;
}

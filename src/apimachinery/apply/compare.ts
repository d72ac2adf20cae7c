import { deepEqual } from '../object.ts';
import type { JsonObject } from '../patch/jsonValue.ts';
import type { Definition, FieldSchema } from '../schema/schema.ts';
import { excluding, type FieldPath, type FieldSet, insertPath, isEmptySet } from './fieldSet.ts';
import { fieldElement, itemElement } from './pathElement.ts';
import { childOf, childSchema, commonShape, isAbsent, schemaOf } from './shape.ts';

/** What a change did, field by field. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/**
 * Compares two versions of an object by its schema (`TypedValue.Compare`). Subtrees that both share are skipped, so
 * the cost is that of what changed.
 */
export function compareObjects(before: unknown, after: unknown, definition: Definition): Comparison {
  const comparison: Comparison = { added: {}, modified: {}, removed: {} };
  compare(before, after, schemaOf(definition), [], comparison);
  return comparison;
}

export const isUnchanged = ({ added, modified, removed }: Comparison): boolean =>
  isEmptySet(added) && isEmptySet(modified) && isEmptySet(removed);

/** The comparison without what belongs to another endpoint. */
export const withoutFields = (comparison: Comparison, ignored: FieldSet): Comparison => ({
  added: excluding(comparison.added, ignored),
  modified: excluding(comparison.modified, ignored),
  removed: excluding(comparison.removed, ignored),
});

/**
 * Structures that upstream's types embed by value: an object always has them, so that nobody adds or owns them as such.
 */
const EMBEDDED = new Set([
  'metadata',
  'spec',
  'status',
  'template',
  'jobTemplate',
  'strategy',
  'updateStrategy',
  'containers',
  'nodeInfo',
  'daemonEndpoints',
  'kubeletEndpoint',
  'loadBalancer',
]);

function compare(
  before: unknown,
  after: unknown,
  schema: FieldSchema | undefined,
  path: FieldPath,
  result: Comparison,
): void {
  if (before === after || (isAbsent(before) && isAbsent(after))) return;
  const shape = commonShape(schema, before, after);
  if (shape === 'leaf' || (isEmpty(before) && isEmpty(after))) {
    compareLeaves(before, after, path, result);
    return;
  }
  if (shape === 'list') {
    compareLists(before as unknown[] | undefined, after as unknown[] | undefined, schema!, path, result);
  } else {
    compareMaps(before as JsonObject | undefined, after as JsonObject | undefined, schema!, path, result);
  }
  if (isAbsent(before) && !isEmbedded(path)) insertPath(result.added, path);
  if (isAbsent(after)) insertPath(result.removed, path);
}

/** Within an item of a list nothing was there before, embedded or not. */
const isEmbedded = (path: FieldPath): boolean =>
  path.every((element) => element.startsWith('f:') && EMBEDDED.has(element.slice(2)));

const isEmpty = (value: unknown): boolean =>
  isAbsent(value) || (typeof value === 'object' && Object.keys(value).length === 0);

function compareLeaves(before: unknown, after: unknown, path: FieldPath, result: Comparison): void {
  if (isAbsent(before)) insertPath(result.added, path);
  else if (isAbsent(after)) insertPath(result.removed, path);
  else if (!deepEqual(before, after)) insertPath(result.modified, path);
}

function compareMaps(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  schema: FieldSchema,
  path: FieldPath,
  result: Comparison,
): void {
  const visit = (name: string) => {
    const [left, right] = [childOf(before, name), childOf(after, name)];
    if (left !== right)
      compare(left, right, childSchema(schema, name), [...path, fieldElement(name)], result);
  };
  for (const name in before) visit(name);
  for (const name in after) if (!before || !Object.hasOwn(before, name)) visit(name);
}

function compareLists(
  before: unknown[] | undefined,
  after: unknown[] | undefined,
  schema: FieldSchema,
  path: FieldPath,
  result: Comparison,
): void {
  const [left, right] = [byElement(before ?? [], schema), byElement(after ?? [], schema)];
  for (const element of new Set([...left.keys(), ...right.keys()])) {
    compareItems(left.get(element) ?? [], right.get(element) ?? [], schema.items, [...path, element], result);
  }
}

function compareItems(
  before: unknown[],
  after: unknown[],
  schema: FieldSchema | undefined,
  path: FieldPath,
  result: Comparison,
): void {
  // Items that share an identity are owned all together.
  if (before.length <= 1 && after.length <= 1) compare(before[0], after[0], schema, path, result);
  else if (before.length > 1 && after.length > 1) {
    if (!deepEqual(before, after)) insertPath(result.modified, path);
  } else if (before.length > 1) {
    compare(undefined, after[0], schema, path, result);
    insertPath(result.removed, path);
  } else {
    compare(before[0], undefined, schema, path, result);
    insertPath(result.added, path);
  }
}

function byElement(items: unknown[], schema: FieldSchema): Map<string, unknown[]> {
  const index = new Map<string, unknown[]>();
  for (const item of items) {
    const element = itemElement(item, schema);
    if (!element) continue;
    const known = index.get(element);
    if (known) known.push(item);
    else index.set(element, [item]);
  }
  return index;
}

import { deepEqual, getOwn } from '../object.ts';
import type { JsonObject } from '../patch/jsonValue.ts';
import type { Definition, FieldSchema } from '../schema/schema.ts';
import { excluding, type FieldPath, type FieldSet, insertPath, isEmptySet } from './fieldSet.ts';
import { fieldElement, itemElement } from './pathElement.ts';
import { childSchema, commonShape, isAbsent, schemaOf } from './shape.ts';

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
  const comparer = new Comparer();
  comparer.compare({ before, after, schema: schemaOf(definition), path: [], hadParent: true });
  return comparer.result;
}

export const isUnchanged = ({ added, modified, removed }: Comparison): boolean =>
  isEmptySet(added) && isEmptySet(modified) && isEmptySet(removed);

/** The comparison without what belongs to another endpoint. */
export const withoutFields = (comparison: Comparison, ignored: FieldSet): Comparison => ({
  added: excluding(comparison.added, ignored),
  modified: excluding(comparison.modified, ignored),
  removed: excluding(comparison.removed, ignored),
});

/** A place in both versions. */
interface Place {
  readonly before: unknown;
  readonly after: unknown;
  readonly schema: FieldSchema | undefined;
  readonly path: FieldPath;
  /** Whether there was, before, what this is a field of. */
  readonly hadParent: boolean;
}

class Comparer {
  readonly result: Comparison = { added: {}, modified: {}, removed: {} };

  compare(place: Place): void {
    const { before, after, schema, path } = place;
    if (before === after || (isAbsent(before) && isAbsent(after))) return;
    const hadBefore = !isAbsent(before) || (place.hadParent && isEmbedded(schema));
    const shape = commonShape(schema, before, after);
    if (isEmpty(before) && isEmpty(after) && hadBefore && isEmbedded(schema)) return;
    if (shape === 'leaf' || (isEmpty(before) && isEmpty(after))) {
      this.#compareLeaves(before, after, path);
      return;
    }
    if (shape === 'list') this.#compareLists(place);
    else this.#compareMaps(place, hadBefore);
    if (!hadBefore) insertPath(this.result.added, path);
    if (isAbsent(after)) insertPath(this.result.removed, path);
  }

  #compareLeaves(before: unknown, after: unknown, path: FieldPath): void {
    if (isAbsent(before)) insertPath(this.result.added, path);
    else if (isAbsent(after)) insertPath(this.result.removed, path);
    else if (!deepEqual(before, after)) insertPath(this.result.modified, path);
  }

  #compareMaps({ before, after, schema, path }: Place, hadParent: boolean): void {
    const [left, right] = [before as JsonObject | undefined, after as JsonObject | undefined];
    const visit = (name: string) => {
      const [old, current] = [getOwn(left, name), getOwn(right, name)];
      if (old === current) return;
      const child = childSchema(schema!, name);
      this.compare({
        before: old,
        after: current,
        schema: child,
        path: [...path, fieldElement(name)],
        hadParent,
      });
    };
    for (const name in left) visit(name);
    for (const name in right) if (!left || !Object.hasOwn(left, name)) visit(name);
  }

  #compareLists({ before, after, schema, path }: Place): void {
    const left = byElement(before as unknown[] | undefined, schema!);
    const right = byElement(after as unknown[] | undefined, schema!);
    for (const element of new Set([...left.keys(), ...right.keys()])) {
      const items = [left.get(element) ?? [], right.get(element) ?? []] as const;
      this.#compareItems(...items, schema!.items, [...path, element]);
    }
  }

  #compareItems(left: unknown[], right: unknown[], schema: FieldSchema | undefined, path: FieldPath): void {
    const compare = (before: unknown, after: unknown) =>
      this.compare({ before, after, schema, path, hadParent: false });
    // Items that share an identity are owned all together.
    if (left.length <= 1 && right.length <= 1) compare(left[0], right[0]);
    else if (left.length > 1 && right.length > 1) {
      if (!deepEqual(left, right)) insertPath(this.result.modified, path);
    } else if (left.length > 1) {
      compare(undefined, right[0]);
      insertPath(this.result.removed, path);
    } else {
      compare(left[0], undefined);
      insertPath(this.result.added, path);
    }
  }
}

/**
 * Whether upstream's type always writes this field: a structure held by value (the schema's default is then `{}`), or
 * a list that is written even when it is empty. Nobody adds, and so owns, such a field as such.
 */
const isEmbedded = (schema: FieldSchema | undefined): boolean =>
  (schema?.type === 'object' && schema.default !== undefined) ||
  (schema?.type === 'array' && !schema.omitZero);

const isEmpty = (value: unknown): boolean =>
  isAbsent(value) || (typeof value === 'object' && Object.keys(value).length === 0);

function byElement(items: unknown[] | undefined, schema: FieldSchema): Map<string, unknown[]> {
  const index = new Map<string, unknown[]>();
  for (const item of items ?? []) {
    const element = itemElement(item, schema);
    if (!element) continue;
    const known = index.get(element);
    if (known) known.push(item);
    else index.set(element, [item]);
  }
  return index;
}

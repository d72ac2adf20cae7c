/** Large enough that the list of chunks stays short, small enough that moving half a chunk costs nothing. */
const MAX_CHUNK = 512;

interface Position {
  readonly chunk: number;
  readonly index: number;
}

/**
 * Items by key, in order: a list of short sorted chunks. With 150,000 items an insertion moves at most 512 pointers, and a range is
 * found by two binary searches.
 */
export class SortedMap<Item extends { readonly key: string }> {
  readonly #byKey = new Map<string, Item>();
  /** None is empty, unless it is the only one. */
  readonly #chunks: Item[][] = [[]];

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): Item | undefined {
    return this.#byKey.get(key);
  }

  set(item: Item): void {
    const { chunk, index } = this.#lowerBound(item.key);
    const items = this.#chunks[chunk]!;
    if (items[index]?.key === item.key) items[index] = item;
    else items.splice(index, 0, item);
    this.#byKey.set(item.key, item);
    if (items.length > MAX_CHUNK) this.#split(chunk);
  }

  delete(key: string): void {
    if (!this.#byKey.delete(key)) return;
    const { chunk, index } = this.#lowerBound(key);
    const items = this.#chunks[chunk]!;
    items.splice(index, 1);
    if (items.length === 0 && this.#chunks.length > 1) this.#chunks.splice(chunk, 1);
  }

  /** The items with `start` ≤ key < `end`, in order, at most `limit` of them. */
  range(start: string, end: string, limit = Number.POSITIVE_INFINITY): Item[] {
    if (start >= end) return [];
    const from = this.#lowerBound(start);
    const to = this.#lowerBound(end);
    const found: Item[] = [];
    for (let chunk = from.chunk; chunk <= to.chunk && found.length < limit; chunk++) {
      const items = this.#chunks[chunk]!;
      const first = chunk === from.chunk ? from.index : 0;
      const last = Math.min(chunk === to.chunk ? to.index : items.length, first + limit - found.length);
      for (let index = first; index < last; index++) found.push(items[index]!);
    }
    return found;
  }

  /** How many items have `start` ≤ key < `end`. */
  count(start: string, end: string): number {
    if (start >= end) return 0;
    const from = this.#lowerBound(start);
    const to = this.#lowerBound(end);
    let count = to.index - from.index;
    for (let chunk = from.chunk; chunk < to.chunk; chunk++) count += this.#chunks[chunk]!.length;
    return count;
  }

  /** Where the key is, or would be inserted. */
  #lowerBound(key: string): Position {
    const chunks = this.#chunks;
    // The last chunk that begins at or before the key.
    const chunk = firstIndex(chunks.length - 1, (i) => chunks[i + 1]![0]!.key > key);
    const items = chunks[chunk]!;
    return { chunk, index: firstIndex(items.length, (i) => items[i]!.key >= key) };
  }

  #split(chunk: number): void {
    const items = this.#chunks[chunk]!;
    // Keys that arrive in order (a bulk load) leave full chunks behind them.
    const isLast = chunk === this.#chunks.length - 1;
    this.#chunks.splice(chunk + 1, 0, items.splice(isLast ? MAX_CHUNK : MAX_CHUNK >> 1));
  }
}

/** The first index below `length` for which `holds`, given that it holds for all that follow; `length` if there is none. */
export function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Interval {
  readonly first: number;
  readonly last: number;
}

/** A set of completion indexes, kept and written as intervals: `1,3-5,7` (the form of `status.completedIndexes`). */
export class IndexSet {
  static readonly empty = new IndexSet([]);
  readonly #intervals: readonly Interval[];

  private constructor(intervals: readonly Interval[]) {
    this.#intervals = intervals;
  }

  /** Reads the text, leaving out what is not a number and what is not below `completions`. */
  static parse(text: string | undefined, completions: number): IndexSet {
    const indexes: Interval[] = [];
    for (const part of (text ?? '').split(',')) {
      const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(part);
      if (!match) continue;
      const first = Number(match[1]);
      const last = Math.min(Number(match[2] ?? first), completions - 1);
      if (first <= last) indexes.push({ first, last });
    }
    return new IndexSet(merged(indexes));
  }

  static of(indexes: Iterable<number>): IndexSet {
    return new IndexSet(merged(Array.from(indexes, (index) => ({ first: index, last: index }))));
  }

  union(other: IndexSet): IndexSet {
    if (other.#intervals.length === 0) return this;
    return new IndexSet(merged([...this.#intervals, ...other.#intervals]));
  }

  intersection(other: IndexSet): IndexSet {
    const common: Interval[] = [];
    for (const mine of this.#intervals) {
      for (const { first, last } of other.#intervals) {
        if (first > mine.last) break;
        const overlap = { first: Math.max(first, mine.first), last: Math.min(last, mine.last) };
        if (overlap.first <= overlap.last) common.push(overlap);
      }
    }
    return new IndexSet(common);
  }

  has(index: number): boolean {
    const intervals = this.#intervals;
    let low = 0;
    let high = intervals.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const { first, last } = intervals[middle]!;
      if (index < first) high = middle - 1;
      else if (index > last) low = middle + 1;
      else return true;
    }
    return false;
  }

  /** The indexes from 0 up to `completions` that are not in the set, in order. */
  *gaps(completions: number): Generator<number> {
    let next = 0;
    for (const { first, last } of this.#intervals) {
      for (; next < first; next++) yield next;
      next = last + 1;
    }
    for (; next < completions; next++) yield next;
  }

  get size(): number {
    return this.#intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  /** Two neighbours are written `1,2`, three or more `1-3`. */
  toString(): string {
    return this.#intervals
      .map(({ first, last }) =>
        first === last ? `${first}` : `${first}${last - first > 1 ? '-' : ','}${last}`,
      )
      .join(',');
  }
}

function merged(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const interval of intervals.toSorted((a, b) => a.first - b.first)) {
    const before = result.at(-1);
    if (before && interval.first <= before.last + 1) {
      result[result.length - 1] = { first: before.first, last: Math.max(before.last, interval.last) };
    } else result.push(interval);
  }
  return result;
}

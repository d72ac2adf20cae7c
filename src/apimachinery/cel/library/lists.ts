import type { Environment } from '@marcbachmann/cel-js';
import { spend } from '../celBudget.ts';
import { define, defineNamespace } from './define.ts';
import { celEqual, compareValues } from './equality.ts';

type List = readonly unknown[];
/** The library's durations. */
interface Duration {
  addDuration(other: Duration): Duration;
}
type Addable = bigint | number | Duration;

const MAX_RANGE = 1_000_000n;

/** Upstream's library `lists` (isSorted, sum, min, max, indexOf), and that of the language's extensions (slice, flatten, sort, distinct, …). */
export function registerLists(environment: Environment): void {
  define(environment, {
    'list.isSorted(): bool': (list: List) =>
      list.every((item, index) => index === 0 || compareValues(list[index - 1], item) <= 0),
    'list<T>.sum(): T': sum,
    'list<T>.min(): T': (list: List) => extreme('min', list, -1),
    'list<T>.max(): T': (list: List) => extreme('max', list, 1),
    'list<T>.indexOf(T): int': (list: List, item: unknown) =>
      BigInt(list.findIndex((each) => celEqual(each, item))),
    'list<T>.lastIndexOf(T): int': (list: List, item: unknown) =>
      BigInt(list.findLastIndex((each) => celEqual(each, item))),
    'list<T>.slice(int, int): list<T>': slice,
    'list<T>.reverse(): list<T>': (list: List) => copied(list.toReversed()),
    'list<T>.sort(): list<T>': (list: List) => copied(sortedBy(list, list)),
    'list<T>.distinct(): list<T>': distinct,
    'list.flatten(): list': (list: List) => copied(list.flat(1)),
    'list.flatten(int): list': (list: List, depth: bigint) => {
      if (depth < 0n) throw new Error('level must be non-negative');
      return copied(list.flat(Number(depth)));
    },
  });
  defineNamespace(environment, 'lists', {
    'range(int): list<int>': (end: bigint) => {
      if (end > MAX_RANGE) throw new Error(`range() size ${end} exceeds maximum of ${MAX_RANGE}`);
      return copied(Array.from({ length: Math.max(0, Number(end)) }, (_, index) => BigInt(index)));
    },
  });
}

function copied(list: List): List {
  spend(list.length);
  return list;
}

function sum(list: readonly Addable[]): Addable {
  const [first, ...rest] = list;
  if (first === undefined) return 0n;
  return rest.reduce<Addable>((total, item) => {
    if (typeof total === 'object' && typeof item === 'object') return total.addDuration(item);
    if (typeof total !== typeof item || typeof total === 'object') throw new Error('no such overload');
    return ((total as bigint) + (item as bigint)) as bigint | number;
  }, first);
}

function extreme(name: string, list: List, sign: number): unknown {
  if (list.length === 0) throw new Error(`${name} called on empty list`);
  return list.reduce((best, item) => (compareValues(item, best) * sign > 0 ? item : best));
}

function slice(list: List, start: bigint, end: bigint): List {
  const wrong = (what: string) => new Error(`cannot slice(${start}, ${end}), ${what}`);
  if (start < 0n || end < 0n) throw wrong('negative indexes not supported');
  if (start > end) throw wrong('start index must be less than or equal to end index');
  if (list.length < end) throw wrong(`list is length ${list.length}`);
  return copied(list.slice(Number(start), Number(end)));
}

function distinct(list: List): List {
  const found: unknown[] = [];
  for (const item of list) if (!found.some((other) => celEqual(item, other))) found.push(item);
  return found;
}

/** By keys, one for each item. */
export function sortedBy(list: List, keys: List): List {
  spend(list.length * 2);
  return keys
    .map((key, index) => ({ key, index }))
    .toSorted((a, b) => compareValues(a.key, b.key) || a.index - b.index)
    .map(({ index }) => list[index]);
}

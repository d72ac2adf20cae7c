import type { Environment } from '@marcbachmann/cel-js';
import { defineNamespace } from './define.ts';
import { celEqual } from './equality.ts';

type List = readonly unknown[];

/** Upstream's library `sets`: lists, seen as sets. */
export function registerSets(environment: Environment): void {
  defineNamespace(environment, 'sets', {
    'contains(list, list): bool': contains,
    'equivalent(list, list): bool': (a: List, b: List) => contains(a, b) && contains(b, a),
    'intersects(list, list): bool': (a: List, b: List) => b.some((item) => has(a, item)),
  });
}

const contains = (all: List, some: List): boolean => some.every((item) => has(all, item));

const has = (list: List, item: unknown): boolean => list.some((other) => celEqual(item, other));

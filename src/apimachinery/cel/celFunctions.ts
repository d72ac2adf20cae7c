import { isIP } from 'node:net';
import type { Environment } from '@marcbachmann/cel-js';
import { compareQuantities, parseQuantity } from '../quantity.ts';
import { hasFormat } from '../structural/formats.ts';
import { goPattern } from '../structural/goPattern.ts';

type Comparable = bigint | number | string;

/** Functions that upstream adds to the language, those that the library does not have. */
export function registerFunctions(environment: Environment): void {
  registerStrings(environment);
  registerLists(environment);
  registerQuantities(environment);
  environment.registerFunction('isIP(string): bool', (text: string) => isIP(text) !== 0);
  environment.registerFunction('isCIDR(string): bool', (text: string) => hasFormat(text, 'cidr'));
  environment.registerFunction('isURL(string): bool', (text: string) => hasFormat(text, 'uri'));
}

function registerStrings(environment: Environment): void {
  environment.registerFunction(
    'string.replace(string, string): string',
    (text: string, old: string, next: string) => text.replaceAll(old, () => next),
  );
  environment.registerFunction(
    'string.find(string): string',
    (text: string, pattern: string) => goPattern(pattern)?.exec(text)?.[0] ?? '',
  );
  environment.registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) => {
    const found = goPattern(pattern);
    return found ? Array.from(text.matchAll(new RegExp(found, `${found.flags}g`)), ([match]) => match) : [];
  });
}

function registerLists(environment: Environment): void {
  const sorted = (list: readonly Comparable[]) => {
    if (list.length === 0) throw new Error('min and max of an empty list');
    return list.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  };
  environment.registerFunction('list.sum(): dyn', (list: (bigint | number)[]) =>
    list.length === 0 ? 0n : list.reduce((a, b) => ((a as bigint) + (b as bigint)) as bigint | number),
  );
  environment.registerFunction('list.min(): dyn', (list: Comparable[]) => sorted(list)[0]);
  environment.registerFunction('list.max(): dyn', (list: Comparable[]) => sorted(list).at(-1));
  environment.registerFunction('list.isSorted(): bool', (list: Comparable[]) =>
    list.every((item, index) => index === 0 || list[index - 1]! <= item),
  );
  environment.registerFunction('list.indexOf(dyn): int', (list: unknown[], item: unknown) =>
    BigInt(list.indexOf(item)),
  );
}

/** A quantity is its text, `1Gi`; what is none fails the rule. */
function registerQuantities(environment: Environment): void {
  const compared = (a: string, b: string) => compareQuantities(parseQuantity(a), parseQuantity(b));
  environment.registerFunction('isQuantity(string): bool', isQuantity);
  environment.registerFunction('quantity(string): string', (text: string) => {
    parseQuantity(text);
    return text;
  });
  environment.registerFunction(
    'string.isGreaterThan(string): bool',
    (a: string, b: string) => compared(a, b) > 0,
  );
  environment.registerFunction(
    'string.isLessThan(string): bool',
    (a: string, b: string) => compared(a, b) < 0,
  );
  environment.registerFunction('string.compareTo(string): int', (a: string, b: string) =>
    BigInt(compared(a, b)),
  );
}

function isQuantity(text: string): boolean {
  try {
    parseQuantity(text);
    return true;
  } catch {
    return false;
  }
}

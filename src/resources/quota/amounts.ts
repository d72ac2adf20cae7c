import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  subtractQuantities,
  wholeQuantity,
} from '../../apimachinery/quantity.ts';

/** What is used, by the names that quotas have for it. */
export type Usage = ReadonlyMap<string, Quantity>;
/** The same while it is added up. */
export type Sum = Map<string, Quantity>;

export const ONE = wholeQuantity(1);
const ZERO = wholeQuantity(0);

/** A sum of these names alone, at zero. */
export const zeroOf = (names: readonly string[]): Sum => new Map(names.map((name) => [name, ZERO]));

/** Adds what the sum has names for. */
export function addTo(sum: Sum, usage: Usage): void {
  for (const [name, before] of sum) {
    const more = usage.get(name);
    if (more) sum.set(name, addQuantities(before, more));
  }
}

/** By how much these names are used more than before: what is used less leaves nothing. */
export function increase(before: Usage, after: Usage): Sum {
  const more: Sum = new Map();
  for (const [name, amount] of after) {
    const difference = subtractQuantities(amount, before.get(name) ?? ZERO);
    if (difference.nano > 0n) more.set(name, difference);
  }
  return more;
}

/** The names, in order, of which `used` and `more` together are above `hard`. */
export const exceeded = (used: Usage, more: Usage, hard: Readonly<Record<string, string>>): string[] =>
  [...used.keys()]
    .filter((name) => {
      const asked = more.get(name);
      if (!asked || asked.nano === 0n) return false;
      return compareQuantities(addQuantities(used.get(name)!, asked), parseQuantity(hard[name]!)) > 0;
    })
    .sort();

/** `limits.cpu=2,pods=1`: as messages show amounts. */
export const printed = (names: readonly string[], usage: Usage): string =>
  names.map((name) => `${name}=${formatQuantity(usage.get(name) ?? ZERO)}`).join(',');

/** As an object shows amounts. */
export const listed = (usage: Usage): Record<string, string> =>
  Object.fromEntries([...usage].map(([name, amount]) => [name, formatQuantity(amount)]));

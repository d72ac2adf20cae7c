import type { Environment } from '@marcbachmann/cel-js';
import { compareQuantities, formatQuantity, parseQuantity, type Quantity } from '../../quantity.ts';
import { define, defineType } from './define.ts';

const ONE = 1_000_000_000n;
const [MIN_INT, MAX_INT] = [-(2n ** 63n), 2n ** 63n - 1n];

/** An amount of a resource, as rules see it. */
class CelQuantity {
  readonly quantity: Quantity;

  constructor(quantity: Quantity) {
    this.quantity = quantity;
  }

  equals(other: CelQuantity): boolean {
    return this.compareTo(other) === 0;
  }

  compareTo({ quantity }: CelQuantity): number {
    return Math.sign(compareQuantities(this.quantity, quantity));
  }

  /** Undefined for what is no whole number, or too large for one. */
  asInteger(): bigint | undefined {
    const { nano } = this.quantity;
    const whole = nano / ONE;
    return nano % ONE === 0n && whole >= MIN_INT && whole <= MAX_INT ? whole : undefined;
  }

  plus(nano: bigint): CelQuantity {
    return new CelQuantity({ ...this.quantity, nano: this.quantity.nano + nano });
  }

  toString(): string {
    return formatQuantity(this.quantity);
  }
}

const TYPE = 'kubernetes.Quantity';

/** Upstream's library `quantity`: `quantity("1Gi").isLessThan(quantity("2Gi"))`. */
export function registerQuantities(environment: Environment): void {
  defineType(environment, TYPE, CelQuantity);
  define(environment, {
    'isQuantity(string): bool': isQuantity,
    [`quantity(string): ${TYPE}`]: (text: string) => new CelQuantity(parseQuantity(text)),
    [`${TYPE}.sign(): int`]: ({ quantity }: CelQuantity) =>
      quantity.nano === 0n ? 0n : quantity.nano > 0n ? 1n : -1n,
    [`${TYPE}.isInteger(): bool`]: (on: CelQuantity) => on.asInteger() !== undefined,
    [`${TYPE}.asInteger(): int`]: (on: CelQuantity) => {
      const whole = on.asInteger();
      if (whole === undefined) throw new Error('cannot convert value to integer');
      return whole;
    },
    [`${TYPE}.asApproximateFloat(): double`]: ({ quantity }: CelQuantity) => Number(quantity.nano) / 1e9,
    [`${TYPE}.add(${TYPE}): ${TYPE}`]: (on: CelQuantity, { quantity }: CelQuantity) => on.plus(quantity.nano),
    [`${TYPE}.add(int): ${TYPE}`]: (on: CelQuantity, whole: bigint) => on.plus(whole * ONE),
    [`${TYPE}.sub(${TYPE}): ${TYPE}`]: (on: CelQuantity, { quantity }: CelQuantity) =>
      on.plus(-quantity.nano),
    [`${TYPE}.sub(int): ${TYPE}`]: (on: CelQuantity, whole: bigint) => on.plus(-whole * ONE),
    [`${TYPE}.isLessThan(${TYPE}): bool`]: (on: CelQuantity, other: CelQuantity) => on.compareTo(other) < 0,
    [`${TYPE}.isGreaterThan(${TYPE}): bool`]: (on: CelQuantity, other: CelQuantity) =>
      on.compareTo(other) > 0,
    [`${TYPE}.compareTo(${TYPE}): int`]: (on: CelQuantity, other: CelQuantity) => BigInt(on.compareTo(other)),
  });
}

function isQuantity(text: string): boolean {
  try {
    parseQuantity(text);
    return true;
  } catch {
    return false;
  }
}

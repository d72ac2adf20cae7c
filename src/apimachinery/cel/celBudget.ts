import { type CelNode, childrenOf, sizeOf } from './celNode.ts';

/** What one expression may cost: about a tenth of a second (`PerCallLimit` upstream). */
export const PER_CALL_LIMIT = 1_000_000;
/** What all rules of a custom object, or all expressions of a policy's binding, may cost together (`RuntimeCELCostBudget` upstream). */
export const RUNTIME_BUDGET = 10_000_000;
/** What the match conditions of one webhook or policy may cost together (`RuntimeCELCostBudgetMatchConditions` upstream). */
export const MATCH_CONDITIONS_BUDGET = 2_500_000;

/** An expression came to its limit and was ended. */
export class CostExceeded extends Error {
  constructor() {
    super('operation cancelled: actual cost limit exceeded');
  }
}

/** Expressions are carried out one at a time, without a break: one meter is enough. */
let left = Number.POSITIVE_INFINITY;

/** Takes from what the running expression may cost. Throws when there is nothing left, and from then on at every call. */
export function spend(cost: number): void {
  left -= cost;
  if (left < 0) throw new CostExceeded();
}

/** How something went, and what it did cost. */
export type Metered<T> = { readonly cost: number } & ({ readonly value: T } | { readonly error: unknown });

/**
 * Runs something that may cost so much, within what surrounds it. The language swallows errors (`a || true`): that there was nothing left is
 * an error all the same.
 */
export function metered<T>(limit: number, run: () => T): Metered<T> {
  const outer = left;
  const given = Math.min(limit, outer);
  left = given;
  const outcome = outcomeOf(run);
  const cost = given - left;
  left = outer - cost;
  return cost > given ? { error: new CostExceeded(), cost } : { ...outcome, cost };
}

function outcomeOf<T>(run: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
}

/** Has an expression that was read pay for what can grow: each turn of a loop, and what is put together of texts, lists or bytes. */
export function meter(node: CelNode): void {
  const { alternate } = node.meta;
  if (alternate?.op === 'comprehension') payBefore((alternate.args as { readonly step: CelNode }).step);
  if (node.op === '+') payForLength(node);
  for (const child of childrenOf(node)) meter(child);
}

function payBefore(node: CelNode): void {
  const cost = sizeOf(node);
  wrap(node, (evaluate) => {
    spend(cost);
    return evaluate();
  });
}

/** Upstream takes a tenth for each letter and item that is copied. */
const COST_OF_AN_ITEM = 0.1;

function payForLength(node: CelNode): void {
  wrap(node, (evaluate) => {
    const value = evaluate();
    if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) {
      spend(value.length * COST_OF_AN_ITEM);
    }
    return value;
  });
}

/** The library puts the way in which a node is carried out into place when that is first done. */
function wrap(node: CelNode, around: (evaluate: () => unknown) => unknown): void {
  let inner = node.evaluate;
  const evaluate: CelNode['evaluate'] = (evaluator, self, context) =>
    around(() => inner.call(node, evaluator, self, context));
  Object.defineProperty(node, 'evaluate', {
    get: () => evaluate,
    set(next: CelNode['evaluate']) {
      inner = next;
    },
  });
}

import { CostExceeded, metered } from '../../../apimachinery/cel/celBudget.ts';
import type { CelProgram } from '../../../apimachinery/cel/celProgram.ts';
import { messageOf } from '../../../apimachinery/errors.ts';

/** What one expression came to. */
export type CelResult = { readonly value: unknown } | { readonly error: string };

/** All expressions of a kind together cost more than they may. */
export class OutOfBudget extends Error {
  constructor() {
    super('validation failed due to running out of cost budget, no further validation rules will be run');
  }
}

/** Carries expressions out one after the other, and tells what is left of the budget. Throws `OutOfBudget` when that is nothing. */
export function evaluateAll(
  programs: readonly CelProgram[],
  variables: object,
  budget: number,
): { results: CelResult[]; budget: number } {
  let left = budget;
  const results = programs.map((program): CelResult => {
    if (program.issue !== undefined) return { error: `compilation error: ${program.issue}` };
    const outcome = metered(left, () => program.evaluate(variables));
    left -= outcome.cost;
    if (left < 0) throw new OutOfBudget();
    return 'value' in outcome ? outcome : { error: failure(program, outcome.error) };
  });
  return { results, budget: left };
}

const failure = ({ expression }: CelProgram, error: unknown): string =>
  `expression '${expression}' resulted in error: ${error instanceof CostExceeded ? error.message : messageOf(error)}`;

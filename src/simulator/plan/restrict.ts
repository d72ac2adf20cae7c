import type { Plan } from './plan.ts';

/** What can be left out of a plan: steps by their number, and nodes (but for the first) by name. */
export const partsOf = (plan: Plan): readonly string[] => [
  ...plan.steps.map(({ id }) => String(id)),
  ...plan.nodes.slice(1).map(({ name }) => name),
];

/** The plan with nothing but these parts. */
export function restrict(plan: Plan, parts: ReadonlySet<string>): Plan {
  return {
    ...plan,
    nodes: plan.nodes.filter(({ name }, index) => index === 0 || parts.has(name)),
    steps: plan.steps.filter(({ id }) => parts.has(String(id))),
  };
}

import { expect, test } from 'vitest';
import { generatePlan } from './generatePlan.ts';
import type { Plan } from './plan.ts';
import { partsOf, restrict } from './restrict.ts';
import { shrink } from './shrink.ts';

const plan = generatePlan(4, 60);

/** As if the failure needed just these. */
const needs = (wanted: readonly string[]) => async (candidate: Plan) =>
  wanted.every((part) => partsOf(candidate).includes(part));

const cases: Record<string, readonly string[]> = {
  'a failure that needs nothing is shown without any step': [],
  'a failure that needs one step is shown with that step': ['7'],
  'a failure that needs three steps and a node is shown with these': ['2', '9', '21', plan.nodes[1]!.name],
};

for (const [name, wanted] of Object.entries(cases)) {
  test(name, async () => {
    const shrunk = await shrink(plan, needs(wanted), 500);
    expect(partsOf(shrunk.plan)).toEqual(wanted);
  });
}

test('it gives up after so many tries, with something that still fails', async () => {
  const stillFails = needs(['2', '9', '21']);
  const { plan: shrunk, tries } = await shrink(plan, stillFails, 5);
  expect(tries).toBe(5);
  expect(await stillFails(shrunk)).toBe(true);
});

test('what is left out leaves the rest as it was', () => {
  const { steps } = restrict(plan, new Set(['3']));
  expect(steps).toEqual([plan.steps[3]]);
});

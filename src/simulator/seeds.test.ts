import { expect, test } from 'vitest';
import { generatePlan } from './plan/generatePlan.ts';
import { simulate } from './run/simulate.ts';

const MINUTES = 10;
/** In a few portions, so that one sees them go by. */
const PORTION = 25;
const PORTIONS = 8;

for (let portion = 0; portion < PORTIONS; portion++) {
  const first = portion * PORTION + 1;
  const last = first + PORTION - 1;
  test(`seeds ${first} to ${last} keep all promises`, { timeout: 120_000 }, async () => {
    const broken: string[] = [];
    for (let seed = first; seed <= last; seed++) {
      const { broken: found } = await simulate(generatePlan(seed, MINUTES));
      if (found)
        broken.push(
          `${found.promise}: ${found.what} (npm run simulate -- --seed ${seed} --minutes ${MINUTES})`,
        );
    }
    expect(broken).toEqual([]);
  });
}

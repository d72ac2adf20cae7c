import { expect, test } from 'vitest';
import { generatePlan } from './plan/generatePlan.ts';
import { type Outcome, simulate } from './run/simulate.ts';

/** Eight histories, most of them with faults of several kinds. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

const play = async (): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const seed of SEEDS) outcomes.push(await simulate(generatePlan(seed, 10)));
  return outcomes;
};
const inWords = ({ hash, changes, timers }: Outcome) => `${hash}: ${changes} changes, ${timers} timers`;

test('the same seed gives the same history, to the byte; another seed another', async () => {
  const first = (await play()).map(inWords);
  expect((await play()).map(inWords)).toEqual(first);
  expect(new Set(first).size).toBe(SEEDS.length);
});

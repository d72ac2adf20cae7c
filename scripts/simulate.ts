import { parseArgs } from 'node:util';
import { generatePlan } from '../src/simulator/plan/generatePlan.ts';
import type { Plan } from '../src/simulator/plan/plan.ts';
import { restrict } from '../src/simulator/plan/restrict.ts';
import { shrink } from '../src/simulator/plan/shrink.ts';
import { failureReport, summary } from '../src/simulator/report.ts';
import { type Outcome, simulate } from '../src/simulator/run/simulate.ts';

const USAGE = `npm run simulate -- [options]

  --seeds N      run so many seeds (100)
  --first N      begin with this one (1)
  --seed N       run just this one
  --minutes N    of trouble for each; it comes to rest after that (60)
  --keep PARTS   of the one seed only these steps and nodes, as a report names them
  --tries N      how often a failure is tried to be shortened (100)
`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    first: { type: 'string', default: '1' },
    seed: { type: 'string' },
    minutes: { type: 'string', default: '60' },
    keep: { type: 'string' },
    tries: { type: 'string', default: '100' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else await run();

async function run(): Promise<void> {
  const first = numberOf('first', values.seed ?? values.first);
  const count = values.seed === undefined ? numberOf('seeds', values.seeds) : 1;
  const outcomes: Outcome[] = [];
  const failed: number[] = [];
  for (let seed = first; seed < first + count; seed++) {
    const plan = planOf(seed);
    const outcome = await simulate(plan);
    outcomes.push(outcome);
    if (outcome.broken) {
      failed.push(seed);
      console.log(`${await explain(plan, outcome)}\n`);
    } else if (count === 1) console.log(`Seed ${seed} keeps all promises (hash ${outcome.hash}).`);
    if (outcomes.length % 100 === 0) console.error(summary(outcomes, failed));
  }
  console.log(summary(outcomes, failed));
  if (failed.length > 0) process.exitCode = 1;
}

function planOf(seed: number): Plan {
  const plan = generatePlan(seed, numberOf('minutes', values.minutes));
  return values.keep === undefined ? plan : restrict(plan, new Set(values.keep.split(',')));
}

/** The report on the shortest history that ends in the same way. */
async function explain(plan: Plan, { broken }: Outcome): Promise<string> {
  const stillFails = async (shorter: Plan) => (await simulate(shorter)).broken?.promise === broken!.promise;
  const shrunk = await shrink(
    plan,
    stillFails,
    values.keep === undefined ? numberOf('tries', values.tries) : 0,
  );
  const outcome = await simulate(shrunk.plan);
  return failureReport(shrunk.plan, plan, outcome.broken ?? broken!, outcome.hash);
}

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  console.error(`--${name}: "${text}" is not a whole number`);
  process.exit(2);
}

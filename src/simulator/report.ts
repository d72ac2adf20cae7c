import { nodeInWords, stepInWords, stopwatch } from './plan/inWords.ts';
import type { Plan } from './plan/plan.ts';
import { partsOf } from './plan/restrict.ts';
import type { Broken } from './run/referee.ts';
import type { Outcome } from './run/simulate.ts';

/** A failure as somebody who is to find the bug wants to read it: the shortest history, and how to see it again. */
export function failureReport(plan: Plan, whole: Plan, broken: Broken, hash: string): string {
  return [
    `Seed ${plan.seed} breaks a promise: ${broken.promise}.`,
    `  ${stopwatch(broken.elapsed)}  ${broken.what}`,
    '',
    `The shortest history that was found (${plan.steps.length} of ${whole.steps.length} steps, hash ${hash}):`,
    `  begins ${new Date(plan.startTime).toISOString()}, local time zone ${plan.timeZone}`,
    `  nodes ${plan.nodes.map(nodeInWords).join(', ')}`,
    ...plan.steps.map((step) => `  ${stepInWords(step)}`),
    '',
    'What changed last:',
    ...broken.lastChanges.map(({ elapsed, what }) => `  ${stopwatch(elapsed)}  ${what}`),
    '',
    `Again: ${replayCommand(plan)}`,
  ].join('\n');
}

const replayCommand = (plan: Plan): string =>
  `npm run simulate -- --seed ${plan.seed} --minutes ${plan.minutes} --keep ${partsOf(plan).join(',') || 'nothing'}`;

/** What many seeds came to, in a line or two. */
export function summary(outcomes: readonly Outcome[], failedSeeds: readonly number[]): string {
  const sum = (of: (outcome: Outcome) => number) =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const hours = Math.round(sum(({ elapsedMs }) => elapsedMs) / 3_600_000);
  const counts = `${sum(({ changes }) => changes).toLocaleString('en')} changes, ${sum(({ timers }) => timers).toLocaleString('en')} timers`;
  const verdict = failedSeeds.length === 0 ? 'all promises kept' : `broken by ${failedSeeds.join(', ')}`;
  return `${outcomes.length} seeds, ${hours} virtual hours, ${counts}: ${verdict}`;
}

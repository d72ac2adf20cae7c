import { uidOf } from '../../apimachinery/object.ts';
import type { Job } from '../../generated/types.ts';
import { runNowAsked } from '../../resources/cronjob/cronJobAnnotations.ts';
import type { Action, Observed } from './actions.ts';
import { isBackfill } from './cronJobJob.ts';
import { type Facts, memoryOf, statusAction } from './status.ts';

/**
 * The run that somebody has asked for by hand, whatever the schedule says: once for each value of the annotation. It obeys the
 * concurrency policy as any run. Undefined when none is asked for, or it has to wait.
 */
export function planManualRun({ cronJob, jobs }: Observed, facts: Facts): (readonly Action[])[] | undefined {
  const value = runNowAsked(cronJob);
  if (value === undefined || value === cronJob.status?.lastRunNow) return undefined;
  const { concurrencyPolicy } = cronJob.spec;
  if (concurrencyPolicy === 'Forbid' && facts.active.length > 0) return undefined;
  const replaced = concurrencyPolicy === 'Replace' ? replaceable(jobs, facts) : [];
  return [
    replaced.map((job): Action => ({ kind: 'deleteJob', job, because: 'replaced' })),
    [{ kind: 'runNow', value }],
    statusAction(cronJob, {
      ...facts,
      active: withoutReplaced(facts, replaced),
      memory: { ...memoryOf(cronJob), lastRunNow: value },
    }),
  ];
}

/** The active jobs that a new run takes the place of. What is made up for the past is nobody's predecessor. */
export const replaceable = (jobs: readonly Job[], { active }: Facts): Job[] =>
  jobs.filter((job) => !isBackfill(job) && active.some(({ uid }) => uid === uidOf(job)));

export const withoutReplaced = ({ active }: Facts, replaced: readonly Job[]) =>
  active.filter(({ uid }) => !replaced.some((job) => uidOf(job) === uid));

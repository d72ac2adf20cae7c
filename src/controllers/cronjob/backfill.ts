import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { CronJob, Job } from '../../generated/types.ts';
import {
  type BackfillRange,
  backfillParallelism,
  backfillRange,
} from '../../resources/cronjob/cronJobAnnotations.ts';
import { finishedCondition } from '../../resources/job/jobConditions.ts';
import type { Action, Observed } from './actions.ts';
import { isBackfill } from './cronJobJob.ts';
import type { Runs } from './runs.ts';
import { type Facts, type Memory, memoryOf, statusAction } from './status.ts';

/**
 * One step of the backfill that an annotation asks for: the next time of its range gets its run, one after the other. The status
 * remembers how far it has come, so that the range is never held as a list. Undefined when there is nothing to do now.
 */
export function planBackfill(
  { cronJob, jobs }: Observed,
  runs: Runs,
  facts: Facts,
  now: EpochMs,
): (readonly Action[])[] | undefined {
  const range = backfillRange(cronJob);
  if (!range) return undefined;
  const position = positionIn(range, cronJob);
  if (position >= range.end || !mayStart(cronJob, jobs, facts)) return undefined;
  const time = runs.next(position, position);
  if (time === undefined || time >= Math.min(range.end, now + 1))
    return [remember(cronJob, facts, range, range.end), [DONE(range)]];
  const start: Action = {
    kind: 'startJob',
    scheduledTime: time,
    timeZone: cronJob.spec.timeZone,
    backfill: range.text,
  };
  return [[start], remember(cronJob, facts, range, time)];
}

const DONE = ({ text }: BackfillRange): Action => ({
  kind: 'announce',
  type: 'Normal',
  reason: 'BackfillComplete',
  message: `Every scheduled time of ${text} has had its run`,
});

/** The last time that has had its run; just before the range when none has. */
function positionIn({ text, start }: BackfillRange, { status }: CronJob): EpochMs {
  if (status?.backfillRange !== text || status.backfilledUntil === undefined) return start - 1;
  return Date.parse(status.backfilledUntil);
}

/** What is made up for never runs beside another run where runs exclude each other. */
function mayStart(cronJob: CronJob, jobs: readonly Job[], { active }: Facts): boolean {
  if (cronJob.spec.concurrencyPolicy !== 'Allow') return active.length === 0;
  const running = jobs.filter((job) => isBackfill(job) && !finishedCondition(job));
  return running.length < backfillParallelism(cronJob);
}

function remember(
  cronJob: CronJob,
  facts: Facts,
  { text }: BackfillRange,
  until: EpochMs,
): readonly Action[] {
  const memory: Memory = {
    ...memoryOf(cronJob),
    backfillRange: text,
    backfilledUntil: timestamp(until),
  };
  return statusAction(cronJob, { ...facts, memory });
}

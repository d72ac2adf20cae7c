import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { CronJob, ObjectReference } from '../../generated/types.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import type { Action, Observed } from './actions.ts';
import { reviewActiveJobs } from './activeJobs.ts';
import { planBackfill } from './backfill.ts';
import { jobName } from './cronJobJob.ts';
import { jobsBeyondLimits } from './historyLimits.ts';
import { planManualRun, replaceable, withoutReplaced } from './manualRun.ts';
import { type Owed, owedRun, timingOf } from './schedule.ts';
import { notBefore, noteSchedule } from './scheduleEdit.ts';
import { type Facts, factsOf, statusAction } from './status.ts';

/** What one look at a CronJob leads to. */
export function planCronJob(observed: Observed, now: EpochMs): Plan<Action> {
  const { cronJob, jobs } = observed;
  const review = reviewActiveJobs(cronJob, jobs);
  const news = [review.missing.map(confirmation), review.announcements];
  const cleanup = jobsBeyondLimits(cronJob, jobs);
  const facts = factsOf(review);
  const timing = timingOf(cronJob, observed.localTimeZone);
  const isAtRest = isBeingDeleted(cronJob) || cronJob.spec.suspend;
  if (isAtRest || timing.kind === 'unreadable') {
    const byHand = isBeingDeleted(cronJob) ? undefined : planManualRun(observed, facts);
    const complaint =
      !isAtRest && timing.kind === 'unreadable' ? [warning(timing.reason, timing.message)] : [];
    if (byHand) return inStages([...news, ...afterEnded(byHand, cronJob, facts, cleanup), complaint]);
    return inStages([...news, statusAction(cronJob, facts), cleanup, complaint]);
  }
  const memory = noteSchedule(cronJob, now);
  const owed = owedRun(cronJob, timing.runs, review.lastScheduleTime, now, notBefore(memory));
  const told = { ...facts, nextScheduleTime: owed.nextRun, memory };
  const warnings = [
    ...(owed.tooManyMissed ? [warning('TooManyMissedTimes', TOO_MANY_MISSED_MESSAGE)] : []),
    ...(isNeverDue(owed) ? [warning('InvalidSchedule', neverDueMessage(cronJob))] : []),
  ];
  const run =
    planManualRun(observed, told) ??
    planRun(observed, told, owed, now) ??
    planBackfill(observed, timing.runs, told, now);
  if (!run) return inStages([...news, statusAction(cronJob, told), cleanup, warnings], owed.next);
  return inStages([...news, ...afterEnded(run, cronJob, facts, cleanup), warnings], owed.next);
}

/**
 * How runs have ended is told, and what is beyond the limits goes, before the next one starts: the quota that they fill may refuse
 * it, for ever. A write that tells of an end leads to another look, which starts the run.
 */
function afterEnded(
  run: readonly (readonly Action[])[],
  cronJob: CronJob,
  facts: Facts,
  cleanup: readonly Action[],
): readonly (readonly Action[])[] {
  const { active = [], lastSuccessfulTime, nextScheduleTime } = cronJob.status ?? {};
  const goesOn = ({ uid }: ObjectReference) => facts.active.some((reference) => reference.uid === uid);
  if (active.every(goesOn) && facts.lastSuccessfulTime === lastSuccessfulTime) return [cleanup, ...run];
  const asBefore = nextScheduleTime === undefined ? undefined : Date.parse(nextScheduleTime);
  return [statusAction(cronJob, { ...facts, nextScheduleTime: asBefore }), cleanup];
}

const confirmation = (reference: ObjectReference): Action => ({ kind: 'confirmGone', reference });

const TOO_MANY_MISSED_MESSAGE =
  'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';

/** The schedule names a day that no month has. */
const isNeverDue = ({ scheduledTime, next }: Owed): boolean =>
  scheduledTime === undefined && next === undefined;

/** Upstream finds it out by its parser, which then names the same time twice. */
const neverDueMessage = ({ spec }: CronJob): string =>
  `invalid schedule: ${spec.schedule} : time difference between two schedules is less than 1 second`;

const warning = (reason: string, message: string): Action => ({
  kind: 'announce',
  type: 'Warning',
  reason,
  message,
});

/** Whether `startingDeadlineSeconds` keeps a run from starting any more. */
export const isTooLate = ({ spec }: CronJob, scheduledTime: EpochMs, now: EpochMs): boolean =>
  spec.startingDeadlineSeconds !== undefined && scheduledTime + spec.startingDeadlineSeconds * 1000 < now;

/** The run that is owed, unless it is too late or the concurrency policy holds it back. Undefined when none is owed. */
function planRun(
  { cronJob, jobs }: Observed,
  facts: Facts,
  { scheduledTime }: Owed,
  now: EpochMs,
): (readonly Action[])[] | undefined {
  if (scheduledTime === undefined) return undefined;
  const { concurrencyPolicy = 'Allow' } = cronJob.spec;
  const asIs = statusAction(cronJob, facts);
  if (isTooLate(cronJob, scheduledTime, now)) {
    const message = `Missed scheduled time to start a job: ${rfc1123(scheduledTime)}`;
    return [asIs, [warning('MissSchedule', message)]];
  }
  if (concurrencyPolicy === 'Forbid' && facts.active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    return [asIs, [{ kind: 'announce', type: 'Normal', reason: 'JobAlreadyActive', message }]];
  }
  const replaced = concurrencyPolicy === 'Replace' ? replaceable(jobs, facts) : [];
  return [
    replaced.map((job): Action => ({ kind: 'deleteJob', job, because: 'replaced' })),
    [{ kind: 'startJob', scheduledTime, timeZone: cronJob.spec.timeZone }],
    // The time is written now, so that no run comes twice.
    statusAction(
      cronJob,
      { ...facts, active: withoutReplaced(facts, replaced), lastScheduleTime: scheduledTime },
      jobName(cronJob, scheduledTime),
    ),
  ];
}

/** `Tue, 24 Nov 2026 01:02:00 +0000`: Go's RFC1123Z. */
const rfc1123 = (time: EpochMs) => new Date(time).toUTCString().replace('GMT', '+0000');

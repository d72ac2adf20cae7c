import { deepEqual, isBeingDeleted, uidOf } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { CronJob, CronJobStatus, Job, ObjectReference } from '../../generated/types.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import type { Action, Observed } from './actions.ts';
import { type ActiveJobs, reviewActiveJobs } from './activeJobs.ts';
import { jobsBeyondLimits } from './historyLimits.ts';
import { owedRun, timingOf } from './schedule.ts';

/** What one look at a CronJob leads to. */
export function planCronJob(observed: Observed, now: EpochMs): Plan<Action> {
  const { cronJob, jobs } = observed;
  const review = reviewActiveJobs(cronJob, jobs);
  const news = [review.missing.map(confirmation), review.announcements];
  const asIs = statusAction(cronJob, review.active, review);
  const cleanup = jobsBeyondLimits(cronJob, jobs);
  if (isBeingDeleted(cronJob) || cronJob.spec.suspend) return inStages([...news, asIs, cleanup]);
  const timing = timingOf(cronJob, observed.localTimeZone);
  if (timing.kind === 'unreadable') {
    return inStages([...news, asIs, cleanup, [warning(timing.reason, timing.message)]]);
  }
  const owed = owedRun(cronJob, timing.runs, review.lastScheduleTime, now);
  if (owed.scheduledTime === undefined) return inStages([...news, asIs, cleanup], owed.next);
  const warnings = owed.tooManyMissed ? [warning('TooManyMissedTimes', TOO_MANY_MISSED_MESSAGE)] : [];
  const run = planRun(observed, review, owed.scheduledTime, now);
  return inStages([...news, ...run, cleanup, warnings], owed.next);
}

const confirmation = (reference: ObjectReference): Action => ({ kind: 'confirmGone', reference });

const TOO_MANY_MISSED_MESSAGE =
  'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';

const warning = (reason: string, message: string): Action => ({
  kind: 'announce',
  type: 'Warning',
  reason,
  message,
});

/** The run that is owed, unless it is too late or the concurrency policy holds it back. */
function planRun(
  observed: Observed,
  review: ActiveJobs,
  scheduledTime: EpochMs,
  now: EpochMs,
): (readonly Action[])[] {
  const { cronJob, jobs } = observed;
  const { startingDeadlineSeconds, concurrencyPolicy = 'Allow' } = cronJob.spec;
  const asIs = statusAction(cronJob, review.active, review);
  if (startingDeadlineSeconds !== undefined && scheduledTime + startingDeadlineSeconds * 1000 < now) {
    const message = `Missed scheduled time to start a job: ${rfc1123(scheduledTime)}`;
    return [asIs, [warning('MissSchedule', message)]];
  }
  if (concurrencyPolicy === 'Forbid' && review.active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    return [asIs, [{ kind: 'announce', type: 'Normal', reason: 'JobAlreadyActive', message }]];
  }
  const replaced = concurrencyPolicy === 'Replace' ? jobs.filter((job) => isActive(job, review.active)) : [];
  const start: Action = { kind: 'startJob', scheduledTime, timeZone: cronJob.spec.timeZone };
  return [
    replaced.map((job): Action => ({ kind: 'deleteJob', job, because: 'replaced' })),
    [start],
    // The new job's reference follows when the cache shows it; the time is written now, so that no run comes twice.
    statusAction(cronJob, withoutReplaced(review.active, replaced), {
      ...review,
      lastScheduleTime: scheduledTime,
    }),
  ];
}

const isActive = (job: Job, active: readonly ObjectReference[]) =>
  active.some(({ uid }) => uid === uidOf(job));

const withoutReplaced = (active: readonly ObjectReference[], replaced: readonly Job[]) =>
  active.filter(({ uid }) => !replaced.some((job) => uidOf(job) === uid));

function statusAction(
  { status }: CronJob,
  active: readonly ObjectReference[],
  { lastSuccessfulTime, lastScheduleTime }: ActiveJobs,
): readonly Action[] {
  const next: CronJobStatus = {
    ...(active.length > 0 && { active: [...active] }),
    ...(lastScheduleTime !== undefined && { lastScheduleTime: timestamp(lastScheduleTime) }),
    ...(lastSuccessfulTime && { lastSuccessfulTime }),
  };
  return deepEqual(status ?? {}, next) ? [] : [{ kind: 'updateStatus', status: next }];
}

/** `Tue, 24 Nov 2026 01:02:00 +0000`: Go's RFC1123Z. */
const rfc1123 = (time: EpochMs) => new Date(time).toUTCString().replace('GMT', '+0000');

import { deepEqual, isBeingDeleted, nameOf, uidOf } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { CronJob, CronJobStatus, Job, ObjectReference } from '../../generated/types.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import type { Action, Observed } from './actions.ts';
import { type ActiveJobs, reviewActiveJobs } from './activeJobs.ts';
import { jobName } from './cronJobJob.ts';
import { jobsBeyondLimits } from './historyLimits.ts';
import { owedRun, timingOf } from './schedule.ts';

/** What one look at a CronJob leads to. */
export function planCronJob(observed: Observed, now: EpochMs): Plan<Action> {
  const { cronJob, jobs } = observed;
  const review = reviewActiveJobs(cronJob, jobs);
  const upkeep = [
    [...review.announcements],
    statusAction(cronJob, review.active, review),
    jobsBeyondLimits(cronJob, jobs),
  ];
  if (isBeingDeleted(cronJob) || cronJob.spec.suspend) return inStages(upkeep);
  const timing = timingOf(cronJob, observed.localTimeZone);
  if (timing.kind === 'unreadable') {
    return inStages([...upkeep, [warning(timing.reason, timing.message)]]);
  }
  const owed = owedRun(cronJob, timing, now);
  const warnings = owed.tooManyMissed ? [warning('TooManyMissedTimes', TOO_MANY_MISSED_MESSAGE)] : [];
  if (owed.scheduledTime === undefined) return inStages(upkeep, owed.next);
  const run = planRun(observed, review, owed.scheduledTime, now);
  return inStages([...upkeep.slice(0, 1), ...run, upkeep[2]!, warnings], owed.next);
}

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
  const made = jobs.find((job) => nameOf(job) === jobName(cronJob, scheduledTime));
  // Made before a crash that kept the status from being written.
  if (made) return [statusAction(cronJob, review.active, review, scheduledTime)];
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
    statusAction(cronJob, withoutReplaced(review.active, replaced), review, scheduledTime),
  ];
}

const isActive = (job: Job, active: readonly ObjectReference[]) =>
  active.some(({ uid }) => uid === uidOf(job));

const withoutReplaced = (active: readonly ObjectReference[], replaced: readonly Job[]) =>
  active.filter(({ uid }) => !replaced.some((job) => uidOf(job) === uid));

function statusAction(
  { status }: CronJob,
  active: readonly ObjectReference[],
  { lastSuccessfulTime }: ActiveJobs,
  scheduledTime?: EpochMs,
): readonly Action[] {
  const lastScheduleTime = scheduledTime === undefined ? status?.lastScheduleTime : timestamp(scheduledTime);
  const next: CronJobStatus = {
    ...(active.length > 0 && { active: [...active] }),
    ...(lastScheduleTime && { lastScheduleTime }),
    ...(lastSuccessfulTime && { lastSuccessfulTime }),
  };
  return deepEqual(status ?? {}, next) ? [] : [{ kind: 'updateStatus', status: next }];
}

/** `Tue, 24 Nov 2026 01:02:00 +0000`: Go's RFC1123Z. */
const rfc1123 = (time: EpochMs) => new Date(time).toUTCString().replace('GMT', '+0000');

import { isBeingDeleted, nameOf } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import { reviewActiveJobs } from '../../controllers/cronjob/activeJobs.ts';
import { isTooLate } from '../../controllers/cronjob/plan.ts';
import { type Owed, owedRun, timingOf } from '../../controllers/cronjob/schedule.ts';
import { notBefore, noteSchedule } from '../../controllers/cronjob/scheduleEdit.ts';
import { byAge } from '../../controllers/framework/age.ts';
import type { CronJob } from '../../generated/types.ts';
import { type ExplainedJob, jobRow } from './explainJob.ts';
import type { Why } from './row.ts';
import type { Surroundings } from './surroundings.ts';

export interface ExplainedCronJob {
  readonly cronJob: CronJob;
  readonly jobs: readonly ExplainedJob[];
  /** What the last attempt to make a Job came to, if it failed. */
  readonly creationFailure?: string | undefined;
}

/** When a CronJob runs next, or why it does not, by what its controller itself decides; and how each of its jobs does. */
export function explainCronJob(explained: ExplainedCronJob, surroundings: Surroundings): Why[] {
  const [state, why] = cronJobWords(explained, surroundings);
  const jobs = explained.jobs.toSorted((a, b) => byAge(a.job, b.job));
  return [
    { object: `cronjob/${nameOf(explained.cronJob)}`, state, why },
    ...jobs.map((job) => jobRow(job, surroundings.now)),
  ];
}

function cronJobWords(
  { cronJob, jobs, creationFailure }: ExplainedCronJob,
  { now, localTimeZone }: Surroundings,
): [string, string] {
  if (isBeingDeleted(cronJob)) return ['Deleting', 'it is being deleted: no run starts any more'];
  if (cronJob.spec.suspend) return ['Suspended', 'no run starts while spec.suspend is true'];
  const timing = timingOf(cronJob, localTimeZone);
  if (timing.kind === 'unreadable') return ['Unreadable', timing.message];
  const review = reviewActiveJobs(
    cronJob,
    jobs.map(({ job }) => job),
  );
  const since = notBefore(noteSchedule(cronJob, now));
  const owed = owedRun(cronJob, timing.runs, review.lastScheduleTime, now, since);
  const active = review.active.map(({ name }) => `job/${name}`);
  const next = nextWords(owed, review.lastScheduleTime);
  const owing = owedWords(cronJob, owed, active, creationFailure, now);
  if (owing) return [owing[0], `${owing[1]}; ${next}`];
  return [active.length > 0 ? 'Active' : 'Waiting', next];
}

/** Why the run that is owed has not started; undefined when none is owed. */
function owedWords(
  cronJob: CronJob,
  { scheduledTime }: Owed,
  active: readonly string[],
  creationFailure: string | undefined,
  now: EpochMs,
): [string, string] | undefined {
  if (scheduledTime === undefined) return undefined;
  const run = `the run of ${timestamp(scheduledTime)}`;
  const { startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec;
  if (isTooLate(cronJob, scheduledTime, now))
    return ['Missed', `${run} is too late: startingDeadlineSeconds is ${startingDeadlineSeconds}`];
  if (concurrencyPolicy === 'Forbid' && active.length > 0)
    return ['Held', `${run} waits for ${active.join(', ')} to end: concurrencyPolicy is Forbid`];
  return ['Starting', `${run}: ${creationFailure ?? 'its job is about to be made'}`];
}

function nextWords({ nextRun }: Owed, lastScheduleTime: EpochMs | undefined): string {
  const next =
    nextRun === undefined ? 'its schedule names no day that comes' : `next run at ${timestamp(nextRun)}`;
  return lastScheduleTime === undefined
    ? `${next}, none so far`
    : `${next}, the last was of ${timestamp(lastScheduleTime)}`;
}

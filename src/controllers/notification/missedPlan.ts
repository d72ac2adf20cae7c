import { isBeingDeleted, nameOf, uidOf } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { CronJob, Job } from '../../generated/types.ts';
import type { NotifyTarget } from '../../resources/notifyAnnotations.ts';
import { timingOf } from '../cronjob/schedule.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import { lastStarted, type MissedRuns, missedRuns, nextMiss, type Timetable } from './missedRuns.ts';
import type { Delivery, Notice, Progress } from './notice.ts';

/** On a CronJob: the runs that were due until this time have started, or it was told that they did not. */
export const NOTIFIED_UNTIL = 'sampan.dev/notified-until';
/** Instead of a time: what is due meanwhile is not missed. */
export const SUSPENDED = 'suspended';

export type Action =
  | { readonly kind: 'tell'; readonly delivery: Delivery }
  | { readonly kind: 'forget' }
  /** Null takes the annotation away. */
  | { readonly kind: 'mark'; readonly until: string | null };

export interface Observed {
  readonly cronJob: CronJob;
  /** The jobs that it owns. */
  readonly jobs: readonly Job[];
  readonly target: NotifyTarget | undefined;
  /** Of the notice that is on its way: one at a time. */
  readonly progress: Progress | undefined;
  /** Where schedules without `timeZone` are read. */
  readonly localTimeZone: string;
}

/** One delivery of a CronJob at a time: what is missed meanwhile is told together, after it. */
export const missedDeliveryId = (uid: string): string => `${uid}/RunMissed`;

/** Tells of runs that were missed, and keeps account of how far that has been looked into. */
export function planMissedRuns(observed: Observed, now: EpochMs): Plan<Action> {
  const { cronJob, target, progress } = observed;
  const mark = markIn(cronJob);
  if (!target?.on.includes('missed') || isBeingDeleted(cronJob)) return inStages(unwanted(observed));
  const timing = timingOf(cronJob, observed.localTimeZone);
  if (timing.kind === 'unreadable') return inStages([]);
  if (progress && progress.kind !== 'pending') return inStages([markedAsTold(mark, progress), [FORGET]]);
  const isPaused = cronJob.spec.suspend === true;
  if (mark === SUSPENDED) return inStages(isPaused ? [] : [marked(mark, timestamp(now))]);
  const timetable = { cronJob, jobs: observed.jobs, runs: timing.runs, since: sinceOf(observed, mark) };
  const notice = progress?.notice ?? newNotice(timetable, now);
  const tell: Action[] = notice
    ? [{ kind: 'tell', delivery: { id: missedDeliveryId(uidOf(cronJob)), notice, target } }]
    : [];
  if (isPaused) return inStages([tell, marked(mark, SUSPENDED)]);
  const marks = notice ? [] : markedAsStarted(timetable, mark);
  return inStages([tell, marks], nextMiss(timetable, now));
}

const FORGET: Action = { kind: 'forget' };

const markIn = ({ metadata }: CronJob): string | undefined => metadata.annotations?.[NOTIFIED_UNTIL];

const marked = (before: string | undefined, until: string | null): Action[] =>
  before === (until ?? undefined) ? [] : [{ kind: 'mark', until }];

/** An account that nobody keeps would be wrong when somebody wants it again. */
const unwanted = ({ cronJob, progress }: Observed): Action[][] => [
  isBeingDeleted(cronJob) ? [] : marked(markIn(cronJob), null),
  progress ? [FORGET] : [],
];

/** It never goes back: a pause may have ended since. */
function markedAsTold(mark: string | undefined, { notice }: Progress): Action[] {
  const { scheduledTime = '' } = notice;
  const isAhead = mark === SUSPENDED || Date.parse(mark ?? '') >= Date.parse(scheduledTime);
  return isAhead ? [] : marked(mark, scheduledTime);
}

/** Without a mark it begins with the run that was started last. One that was copied from another CronJob is older than this one. */
function sinceOf({ cronJob, jobs }: Observed, mark: string | undefined): EpochMs {
  const created = Date.parse(cronJob.metadata.creationTimestamp ?? '') || 0;
  const marked = Date.parse(mark ?? '');
  const since = Number.isNaN(marked) ? (lastStarted({ cronJob, jobs }) ?? 0) : marked;
  return Math.max(since, created);
}

function markedAsStarted(timetable: Timetable, mark: string | undefined): Action[] {
  const started = lastStarted(timetable);
  if (started === undefined || started <= Date.parse(mark ?? '')) return [];
  return marked(mark, timestamp(Math.max(started, timetable.since)));
}

function newNotice(timetable: Timetable, now: EpochMs): Notice | undefined {
  const missed = missedRuns(timetable, now);
  return missed && noticeOf(timetable.cronJob, missed, now);
}

const noticeOf = (
  cronJob: CronJob,
  { first, last, count, reason, message }: MissedRuns,
  now: EpochMs,
): Notice => ({
  event: 'RunMissed',
  time: timestamp(now),
  namespace: cronJob.metadata.namespace ?? '',
  kind: 'CronJob',
  name: nameOf(cronJob),
  uid: uidOf(cronJob),
  cronJob: nameOf(cronJob),
  scheduledTime: timestamp(last),
  reason,
  message,
  missed: { runs: count, first: timestamp(first) },
});

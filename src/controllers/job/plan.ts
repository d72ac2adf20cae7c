import { deepEqual, isBeingDeleted } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { Job, JobCondition, JobStatus, Pod } from '../../generated/types.ts';
import { hasTrueCondition } from '../../resources/conditions.ts';
import { hasFinishedCondition } from '../../resources/job/jobAnnotations.ts';
import { isFinished } from '../../resources/job/jobConditions.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import { type Books, balance, bookedStatus } from './accounting.ts';
import type { Action, Announcement, Observed, ObservedJob } from './actions.ts';
import { withCondition } from './conditions.ts';
import { deadlineOf, type Ending, endingOf } from './ending.ts';
import { imagePullDeadline } from './imagePullFailure.ts';
import { isManagedElsewhere, isSuspended, isTracked } from './jobFacts.ts';
import { managePods } from './managePods.ts';
import { stopPods } from './stopPods.ts';
import { type Tally, tallyUp } from './tally.ts';

/** What one look at a Job leads to. */
export function planJob(observed: Observed, now: EpochMs): Plan<Action> {
  if (observed.kind === 'gone') return inStages([observed.orphans.map(releaseFinalizer)]);
  const { job, pods } = observed;
  if (isManagedElsewhere(job)) return inStages([]);
  if (isFinished(job)) return inStages([pods.held.filter(isTracked).map(releaseFinalizer)]);
  return planUnfinished(observed, now);
}

const releaseFinalizer = (pod: Pod): Action => ({ kind: 'removeFinalizer', pod });

/** The books are written before any finalizer goes, and before any pod is made or removed. */
function planUnfinished({ job, pods, ends }: ObservedJob, now: EpochMs): Plan<Action> {
  const tally = tallyUp(job, pods.held, ends);
  const ending = endingOf(tally, now);
  const books = balance(tally, ending);
  const managed = isBeingDeleted(job) || ending ? { actions: [] } : managePods(tally, now);
  const stopped = ending ? stopPods(tally, ending) : [];
  return inStages(
    [
      [
        ...pods.adopt.map((pod): Action => ({ kind: 'adoptPod', pod })),
        ...pods.release.map((pod): Action => ({ kind: 'releasePod', pod })),
      ],
      statusAction(tally, books, ending, now),
      books.release.map(releaseFinalizer),
      [...stopped, ...managed.actions],
    ],
    earliest(managed.lookAgainAt, ...(ending ? [] : [deadlineOf(job), imagePullDeadline(tally)])),
  );
}

function statusAction(
  tally: Tally,
  books: Books,
  ending: Ending | undefined,
  now: EpochMs,
): readonly Action[] {
  const { job } = tally;
  const announce: Announcement[] = [];
  const isOver =
    ending !== undefined && books.isBalanced && tally.terminating === 0 && tally.active.length === 0;
  const conditions = conditionsAfter(tally, ending, isOver, announce, now);
  const startTime = startTimeAfter(job, ending, now);
  const status: JobStatus = {
    ...(conditions.length > 0 && { conditions: [...conditions] }),
    ...(startTime && { startTime }),
    ...(isOver && ending.final === 'Complete' && { completionTime: completionTime(startTime, now) }),
    ...(tally.active.length > 0 && { active: tally.active.length }),
    terminating: tally.terminating,
    ready: tally.ready,
    ...bookedStatus(tally, books),
  };
  return deepEqual(job.status ?? {}, status) ? [] : [{ kind: 'updateStatus', status, announce }];
}

/** Never before the start, which may lie ahead since the hour was set back: such a status is refused, so upstream's job waits for that hour. */
const completionTime = (startTime: string | undefined, now: EpochMs): string =>
  timestamp(Math.max(now, Date.parse(startTime ?? '') || 0));

function conditionsAfter(
  { job, succeeded }: Tally,
  ending: Ending | undefined,
  isOver: boolean,
  announce: Announcement[],
  now: EpochMs,
): readonly JobCondition[] {
  const before = job.status?.conditions ?? [];
  if (!ending) return suspension(job, before, announce, now);
  const { interim, final, reason, message } = ending;
  const decided = withCondition(before, interim, 'True', reason, message, now);
  if (!isOver) return decided;
  const finished = hasFinishedCondition(job)
    ? withCondition(decided, 'Finished', 'True', final, message, now)
    : decided;
  if (final === 'Failed') announce.push({ type: 'Warning', reason, message });
  else {
    if (job.spec.completions !== undefined && succeeded > job.spec.completions) {
      const message = 'Too many succeeded pods running after completion count reached';
      announce.push({ type: 'Warning', reason: 'TooManySucceededPods', message });
    }
    announce.push({ type: 'Normal', reason: 'Completed', message: 'Job completed' });
  }
  return withCondition(finished, final, 'True', reason, message, now);
}

function suspension(
  job: Job,
  before: readonly JobCondition[],
  announce: Announcement[],
  now: EpochMs,
): readonly JobCondition[] {
  if (isBeingDeleted(job)) return before;
  const after = isSuspended(job)
    ? withCondition(before, 'Suspended', 'True', 'JobSuspended', 'Job suspended', now)
    : withCondition(before, 'Suspended', 'False', 'JobResumed', 'Job resumed', now);
  if (after !== before) {
    announce.push(
      isSuspended(job)
        ? { type: 'Normal', reason: 'Suspended', message: 'Job suspended' }
        : { type: 'Normal', reason: 'Resumed', message: 'Job resumed' },
    );
  }
  return after;
}

/** A suspended job has no start (KEP-5440); when it is resumed it starts anew, so its deadline counts from then (KEP-2232). */
function startTimeAfter(job: Job, ending: Ending | undefined, now: EpochMs): string | undefined {
  if (isBeingDeleted(job)) return job.status?.startTime;
  if (!ending && isSuspended(job)) return undefined;
  // One that has nothing to do is complete also while it is suspended, and has never begun.
  if (isSuspended(job) && job.spec.completions === 0) return job.status?.startTime;
  const isResumed = !ending && hasTrueCondition(job, 'Suspended');
  return (isResumed ? undefined : job.status?.startTime) ?? timestamp(now);
}

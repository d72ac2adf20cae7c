import { isBeingDeleted, uidOf } from '../../apimachinery/object.ts';
import type { JobStatus, Pod } from '../../generated/types.ts';
import { isFailed, isSucceeded } from '../../resources/pod/podPhase.ts';
import type { Ending } from './ending.ts';
import { failureVerdict } from './failurePolicy.ts';
import { isIndexed, isTracked, validIndexOf } from './jobFacts.ts';
import { countsAsFailed } from './podOutcome.ts';
import type { Tally } from './tally.ts';

/** So many uids at most stand in the status at a time: its size stays bounded (upstream's MaxUncountedPods). */
const MOST_UNCOUNTED = 500;

/** The books after this look: what to write, and whose finalizers may go once it is written. */
export interface Books {
  readonly succeeded: number;
  readonly failed: number;
  readonly uncounted: { readonly succeeded: readonly string[]; readonly failed: readonly string[] };
  readonly release: readonly Pod[];
  /** Nothing is left to be counted. */
  readonly isBalanced: boolean;
}

/**
 * Each ended pod is counted once, whatever crashes in between (KEP-2307): its uid is written down, then its finalizer goes, then the uid
 * becomes one more in the count. An Indexed job writes the index instead of a success's uid.
 */
export function balance(tally: Tally, ending: Ending | undefined): Books {
  const { job, pods } = tally;
  const tracked = new Set(pods.filter(isTracked).map(uidOf));
  const before = job.status?.uncountedTerminatedPods ?? {};
  const succeeded = (before.succeeded ?? []).filter((uid) => tracked.has(uid));
  const failed = (before.failed ?? []).filter((uid) => tracked.has(uid));
  const counts = {
    succeeded: (job.status?.succeeded ?? 0) + (before.succeeded ?? []).length - succeeded.length,
    failed: (job.status?.failed ?? 0) + (before.failed ?? []).length - failed.length,
  };
  const known = new Set([...succeeded, ...failed]);
  const isFull = () => succeeded.length + failed.length >= MOST_UNCOUNTED;
  const release: Pod[] = [];
  let isComplete = true;
  for (const pod of pods) {
    if (!isTracked(pod) || !mayBeReleased(tally, pod, ending)) continue;
    if (release.length >= MOST_UNCOUNTED || (!known.has(uidOf(pod)) && isFull())) {
      isComplete = false;
      continue;
    }
    release.push(pod);
    if (known.has(uidOf(pod))) continue;
    if (isSucceeded(pod)) {
      if (!isIndexed(job)) succeeded.push(uidOf(pod));
    } else if (isFailure(tally, pod, ending)) failed.push(uidOf(pod));
  }
  return {
    succeeded: isIndexed(job) ? tally.succeededIndexes.size : counts.succeeded,
    failed: counts.failed,
    uncounted: { succeeded, failed },
    release,
    isBalanced: isComplete && release.length === 0 && succeeded.length === 0 && failed.length === 0,
  };
}

/** A pod of an ended or deleted job may go in any state; else only when it has ended, and with a limit per index once it is replaced. */
function mayBeReleased({ job, perIndex }: Tally, pod: Pod, ending: Ending | undefined): boolean {
  if (isBeingDeleted(job) || isSucceeded(pod)) return true;
  if (ending) return isBeingDeleted(pod) || countsAsFailed(job, pod);
  if (!countsAsFailed(job, pod)) return false;
  const index = validIndexOf(job, pod);
  return index === undefined || perIndex?.lastFailures.get(index)?.pod !== pod;
}

/** When the job has failed, every pod that it stops is one more failure; when it has succeeded, none of them is. */
function isFailure({ job }: Tally, pod: Pod, ending: Ending | undefined): boolean {
  if (!ending && !countsAsFailed(job, pod)) return false;
  if (ending?.final === 'Complete' && !isFailed(pod)) return false;
  return (!isIndexed(job) || validIndexOf(job, pod) !== undefined) && failureVerdict(job, pod).counts;
}

/** The part of the status that the books make. */
export function bookedStatus({ job, succeededIndexes, perIndex }: Tally, books: Books): JobStatus {
  const { uncounted } = books;
  return {
    ...(books.succeeded > 0 && { succeeded: books.succeeded }),
    ...(books.failed > 0 && { failed: books.failed }),
    ...(isIndexed(job) && succeededIndexes.size > 0 && { completedIndexes: succeededIndexes.toString() }),
    ...(perIndex && { failedIndexes: perIndex.failedIndexes.toString() }),
    uncountedTerminatedPods: {
      ...(uncounted.succeeded.length > 0 && { succeeded: [...uncounted.succeeded] }),
      ...(uncounted.failed.length > 0 && { failed: [...uncounted.failed] }),
    },
  };
}

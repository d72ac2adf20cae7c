import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { Job, Pod } from '../../generated/types.ts';
import { hasTrueCondition } from '../../resources/conditions.ts';
import { isFailed, isTerminal } from '../../resources/pod/podPhase.ts';
import type { IndexFailures } from './actions.ts';
import { failureVerdict } from './failurePolicy.ts';
import { IndexSet } from './indexSet.ts';
import {
  completionsOf,
  INDEX_FAILURE_COUNT,
  INDEX_IGNORED_FAILURE_COUNT,
  isTracked,
  validIndexOf,
} from './jobFacts.ts';
import { countsAsFailed } from './podOutcome.ts';

/** What is known of each index under `backoffLimitPerIndex` (KEP-3850). */
export interface IndexBook {
  readonly failedIndexes: IndexSet;
  /** The last failure of indexes that are to be tried again. Its pod keeps the finalizer until its successor carries the count on. */
  readonly lastFailures: ReadonlyMap<number, { readonly pod: Pod; readonly failures: IndexFailures }>;
}

export function countIndexFailures(job: Job, pods: readonly Pod[], succeeded: IndexSet): IndexBook {
  const limit = job.spec.backoffLimitPerIndex ?? 0;
  const isDecided = hasTrueCondition(job, 'FailureTarget') || hasTrueCondition(job, 'SuccessCriteriaMet');
  // A job that ends stops its pods: they may count as failed, but their indexes have not failed for that.
  const wasStopped = (pod: Pod) => isDecided && !isFailed(pod);
  const failed = new Set<number>();
  const replaced = new Set<number>();
  const lastFailures = new Map<number, { pod: Pod; failures: IndexFailures }>();
  for (const pod of pods) {
    const index = validIndexOf(job, pod);
    if (index === undefined) continue;
    if (!isTerminal(pod) && !isBeingDeleted(pod)) replaced.add(index);
    if (!isTracked(pod) || !countsAsFailed(job, pod) || wasStopped(pod)) continue;
    const failures = failuresWith(job, pod);
    const isFailIndex = failureVerdict(job, pod).action === 'FailIndex';
    // Another pod of the index may have succeeded, one that was taken from its job and is taken back for instance.
    if ((isFailIndex || failures.counted > limit) && !succeeded.has(index)) failed.add(index);
    const last = lastFailures.get(index)?.failures;
    if (!last || total(last) < total(failures)) lastFailures.set(index, { pod, failures });
  }
  const failedIndexes = IndexSet.parse(job.status?.failedIndexes, completionsOf(job)).union(
    IndexSet.of(failed),
  );
  for (const index of lastFailures.keys()) {
    if (replaced.has(index) || succeeded.has(index) || failedIndexes.has(index)) lastFailures.delete(index);
  }
  return { failedIndexes, lastFailures };
}

/** The failures of the pod's index with the pod's own. */
function failuresWith(job: Job, pod: Pod): IndexFailures {
  const before = failuresBefore(pod);
  return failureVerdict(job, pod).counts
    ? { ...before, counted: before.counted + 1 }
    : { ...before, ignored: before.ignored + 1 };
}

const failuresBefore = ({ metadata: { annotations = {} } }: Pod): IndexFailures => ({
  counted: Number(annotations[INDEX_FAILURE_COUNT] ?? 0) || 0,
  ignored: Number(annotations[INDEX_IGNORED_FAILURE_COUNT] ?? 0) || 0,
});

export const total = ({ counted, ignored }: IndexFailures): number => counted + ignored;

import { isBeingDeleted, uidOf } from '../../apimachinery/object.ts';
import type { Job, Pod } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { isSucceeded, isTerminal } from '../../resources/pod/podPhase.ts';
import { failureVerdict } from './failurePolicy.ts';
import { IndexSet } from './indexSet.ts';
import { completionsOf, isIndexed, isTracked, limitsFailuresPerIndex, validIndexOf } from './jobFacts.ts';
import { countIndexFailures, type IndexBook } from './perIndexFailures.ts';
import type { Ends } from './podEnds.ts';
import { countsAsFailed } from './podOutcome.ts';

/** What the job's pods and its books say together. Numbers include pods that have ended but are not in the books yet. */
export interface Tally {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  /** Being deleted and not ended. */
  readonly terminating: number;
  readonly ready: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly newlyFailed: number;
  /** For Indexed jobs; empty otherwise. */
  readonly succeededIndexes: IndexSet;
  /** With `backoffLimitPerIndex`. */
  readonly perIndex: IndexBook | undefined;
  /** When pods ended that may be gone by now. */
  readonly ends: Ends;
}

export function tallyUp(job: Job, pods: readonly Pod[], ends: Ends): Tally {
  const uncounted = new Set([
    ...(job.status?.uncountedTerminatedPods?.succeeded ?? []),
    ...(job.status?.uncountedTerminatedPods?.failed ?? []),
  ]);
  const isNew = (pod: Pod) =>
    isTracked(pod) && !uncounted.has(uidOf(pod)) && (!isIndexed(job) || validIndexOf(job, pod) !== undefined);
  const newlyFailed = pods.filter(
    (pod) => isNew(pod) && countsAsFailed(job, pod) && failureVerdict(job, pod).counts,
  ).length;
  const succeededIndexes = isIndexed(job) ? indexesThatSucceeded(job, pods) : IndexSet.empty;
  const active = pods.filter((pod) => !isTerminal(pod) && !isBeingDeleted(pod));
  const { status = {} } = job;
  return {
    job,
    pods,
    active,
    terminating: pods.filter((pod) => isBeingDeleted(pod) && !isTerminal(pod)).length,
    ready: active.filter(isReady).length,
    succeeded: isIndexed(job)
      ? succeededIndexes.size
      : (status.succeeded ?? 0) +
        (status.uncountedTerminatedPods?.succeeded?.length ?? 0) +
        pods.filter((pod) => isNew(pod) && isSucceeded(pod)).length,
    failed: (status.failed ?? 0) + (status.uncountedTerminatedPods?.failed?.length ?? 0) + newlyFailed,
    newlyFailed,
    succeededIndexes,
    perIndex: limitsFailuresPerIndex(job) ? countIndexFailures(job, pods, succeededIndexes) : undefined,
    ends,
  };
}

/** The index itself keeps a success from being counted twice: what stands in the books stays, whatever becomes of the pod. */
function indexesThatSucceeded(job: Job, pods: readonly Pod[]): IndexSet {
  const fresh = pods
    .filter((pod) => isSucceeded(pod) && isTracked(pod))
    .map((pod) => validIndexOf(job, pod))
    .filter((index) => index !== undefined);
  return IndexSet.parse(job.status?.completedIndexes, completionsOf(job)).union(IndexSet.of(fresh));
}

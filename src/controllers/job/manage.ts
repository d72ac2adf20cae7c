import type { EpochMs } from '../../clock/clock.ts';
import type { Pod } from '../../generated/types.ts';
import { earliest } from '../framework/controller.ts';
import { leastFarAlong } from '../pods/deletionOrder.ts';
import type { Action } from './actions.ts';
import { endedAt, nextPodAt, retryAt } from './backoff.ts';
import { completionsOf, isIndexed, isSuspended, validIndexOf, waitsForTerminating } from './jobFacts.ts';
import { total } from './perIndexFailures.ts';
import type { Tally } from './tally.ts';

/** Pods made or removed in one look: the rest follows when these are seen (upstream's MaxPodCreateDeletePerSync). */
const MOST_PER_LOOK = 500;

/** The pods to make or to remove so that as many run as should (upstream's `manageJob`). */
export function managePods(
  tally: Tally,
  now: EpochMs,
): { actions: Action[]; lookAgainAt?: EpochMs | undefined } {
  const wanted = wantedActive(tally);
  const surplus = surplusPods(tally, Math.max(0, tally.active.length - wanted)).slice(0, MOST_PER_LOOK);
  // Pods are either removed or made in one look, and removal goes first.
  if (surplus.length > 0) return { actions: surplus.map((pod) => ({ kind: 'removePod', pod })) };
  const waitingFor = waitsForTerminating(tally.job) ? tally.terminating : 0;
  const missing = Math.min(wanted - waitingFor - tally.active.length, MOST_PER_LOOK);
  if (missing <= 0) return { actions: [] };
  if (tally.perIndex) return createForIndexes(tally, missing, now);
  const earliestStart = nextPodAt(tally.job, tally.pods);
  if (earliestStart > now) return { actions: [], lookAgainAt: earliestStart };
  const indexes = isIndexed(tally.job)
    ? pendingIndexes(tally, missing)
    : Array<undefined>(missing).fill(undefined);
  return { actions: indexes.map((index) => ({ kind: 'createPod', index, indexFailures: undefined })) };
}

function wantedActive({ job, succeeded, active }: Tally): number {
  if (isSuspended(job)) return 0;
  const parallelism = job.spec.parallelism ?? 1;
  // A work queue starts no pod once one has succeeded: the others know when they are done.
  if (job.spec.completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(job.spec.completions - succeeded, parallelism));
}

/** Pods of doubled, failed or unknown indexes, then those that are least far along. */
function surplusPods(tally: Tally, atLeast: number): Pod[] {
  const doubled = isIndexed(tally.job) ? misindexedPods(tally) : [];
  if (doubled.length >= atLeast) return doubled;
  const rest = tally.active.filter((pod) => !doubled.includes(pod)).toSorted(leastFarAlong);
  return [...doubled, ...rest.slice(0, atLeast - doubled.length)];
}

function misindexedPods({ job, active, succeededIndexes, perIndex }: Tally): Pod[] {
  const taken = new Set<number>();
  return active
    .toSorted((a, b) => -leastFarAlong(a, b))
    .filter((pod) => {
      const index = validIndexOf(job, pod);
      if (index === undefined || taken.has(index) || succeededIndexes.has(index)) return true;
      if (perIndex?.failedIndexes.has(index)) return true;
      taken.add(index);
      return false;
    });
}

/** The lowest indexes that have neither succeeded nor failed and have no pod. */
function pendingIndexes(tally: Tally, count: number): number[] {
  const { job, succeededIndexes, perIndex } = tally;
  const taken = new Set(tally.active.map((pod) => validIndexOf(job, pod)));
  if (waitsForTerminating(job)) {
    for (const pod of tally.pods) if (pod.metadata.deletionTimestamp) taken.add(validIndexOf(job, pod));
  }
  const found: number[] = [];
  for (let index = 0; index < completionsOf(job) && found.length < count; index++) {
    if (!taken.has(index) && !succeededIndexes.has(index) && !perIndex?.failedIndexes.has(index))
      found.push(index);
  }
  return found;
}

/** With a limit per index each index waits for itself; one that has to wait does not hold up the others. */
function createForIndexes(tally: Tally, count: number, now: EpochMs) {
  const { lastFailures } = tally.perIndex!;
  const actions: Action[] = [];
  let lookAgainAt: EpochMs | undefined;
  for (const index of pendingIndexes(tally, completionsOf(tally.job))) {
    if (actions.length >= count) break;
    const last = lastFailures.get(index);
    const startAt = last ? retryAt(total(last.failures), endedAt(last.pod)) : 0;
    if (startAt > now) lookAgainAt = earliest(lookAgainAt, startAt);
    else
      actions.push({ kind: 'createPod', index, indexFailures: last?.failures ?? { counted: 0, ignored: 0 } });
  }
  return { actions, lookAgainAt };
}

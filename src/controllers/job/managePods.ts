import { isBeingDeleted, uidOf } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { Pod } from '../../generated/types.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import { leastFarAlong } from '../pods/deletionOrder.ts';
import type { Action, CreationReason } from './actions.ts';
import { nextPodAt, retryAt } from './backoff.ts';
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
  const earliestStart = nextPodAt(tally.job, tally.ends);
  if (earliestStart > now) return { actions: [], lookAgainAt: earliestStart };
  const indexes = isIndexed(tally.job)
    ? [...pendingIndexes(tally).take(missing)]
    : Array<undefined>(missing).fill(undefined);
  const because = creationReason(tally);
  return {
    actions: indexes.map((index) => ({ kind: 'createPod', index, indexFailures: undefined, because })),
  };
}

/** What is made beside failures, or beside pods on their way out, counts as made again. */
function creationReason({ job, failed, terminating }: Tally): CreationReason {
  if (job.spec.podReplacementPolicy === 'Failed' && failed > 0) return 'recreate_failed';
  return failed > 0 || terminating > 0 ? 'recreate_terminating_or_failed' : 'new';
}

function wantedActive({ job, succeeded, active }: Tally): number {
  if (isSuspended(job)) return 0;
  const parallelism = job.spec.parallelism ?? 1;
  // A work queue starts no pod once one has succeeded: the others know when they are done.
  if (job.spec.completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(job.spec.completions - succeeded, parallelism));
}

/** Pods of doubled, failed or unknown indexes, then those that are least far along. */
function surplusPods(tally: Tally, atLeast: number): readonly Pod[] {
  const misindexed = isIndexed(tally.job) ? misindexedPods(tally) : NO_PODS;
  if (misindexed.size >= atLeast) return [...misindexed];
  const rest = tally.active.filter((pod) => !misindexed.has(pod)).toSorted(leastFarAlong);
  return [...misindexed, ...rest.slice(0, atLeast - misindexed.size)];
}

const NO_PODS: ReadonlySet<Pod> = new Set();

function misindexedPods({ job, active, succeededIndexes, perIndex }: Tally): ReadonlySet<Pod> {
  const best = new Map<number, Pod>();
  const misindexed = new Set<Pod>();
  for (const pod of active) {
    const index = validIndexOf(job, pod);
    if (index === undefined || succeededIndexes.has(index) || perIndex?.failedIndexes.has(index)) {
      misindexed.add(pod);
      continue;
    }
    const other = best.get(index);
    const loser = other && leastFarAlong(pod, other) > 0 ? other : pod;
    if (other) misindexed.add(loser);
    if (loser !== pod || !other) best.set(index, pod);
  }
  return misindexed;
}

/** The indexes that have neither succeeded nor failed and have no pod, lowest first. */
function* pendingIndexes(tally: Tally): Generator<number> {
  const { job, succeededIndexes, perIndex } = tally;
  const taken = new Set(tally.active.map((pod) => validIndexOf(job, pod)));
  if (waitsForTerminating(job)) {
    // One that has ended holds its index no longer, though it is still there.
    for (const pod of tally.pods)
      if (isBeingDeleted(pod) && !isTerminal(pod)) taken.add(validIndexOf(job, pod));
  }
  for (const index of succeededIndexes.gaps(completionsOf(job))) {
    if (!taken.has(index) && !perIndex?.failedIndexes.has(index)) yield index;
  }
}

/**
 * With a limit per index each index waits for itself, and for its turn: those that may run now are looked at, and one that has to wait keeps
 * its place among them.
 */
function createForIndexes(tally: Tally, count: number, now: EpochMs) {
  const { lastFailures } = tally.perIndex!;
  const because = creationReason(tally);
  const actions: Action[] = [];
  let lookAgainAt: EpochMs | undefined;
  for (const index of pendingIndexes(tally).take(count)) {
    const last = lastFailures.get(index);
    const failedAt = last && tally.ends.failures.get(uidOf(last.pod));
    const startAt = failedAt === undefined ? 0 : retryAt(tally.job, total(last!.failures), failedAt);
    const indexFailures = last?.failures ?? { counted: 0, ignored: 0 };
    if (startAt > now) lookAgainAt = earliest(lookAgainAt, startAt);
    else actions.push({ kind: 'createPod', index, indexFailures, because });
  }
  return { actions, lookAgainAt };
}

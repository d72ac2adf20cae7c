import { uidOf } from '../../apimachinery/object.ts';
import { type Clock, type EpochMs, hourAt, type Ms, momentOf } from '../../clock/clock.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import type { Job, Pod } from '../../generated/types.ts';
import { isSucceeded } from '../../resources/pod/podPhase.ts';
import { endedAt, isFailure } from './backoff.ts';
import { isSuspended } from './jobFacts.ts';

/** When pods of a job ended, also of those that are gone by now; as the hour is set at this look. */
export interface Ends {
  /** By the pods' uids. */
  readonly failures: ReadonlyMap<string, EpochMs>;
  /** Long ago when there was none. */
  readonly lastSuccess: EpochMs;
}

interface Seen {
  readonly failures: Map<string, { readonly endedAt: EpochMs; readonly at: Ms }>;
  readonly successes: Set<string>;
  lastSuccess: Ms;
}

const NONE: Ends = { failures: new Map(), lastSuccess: Number.NEGATIVE_INFINITY };

/**
 * Remembers when pods ended that may be gone by now: one that is deleted while it runs counts as a failure, and is not made again at
 * once. As upstream's back-off this is forgotten when the controller starts anew.
 *
 * The pods say when that was by the hour, which may have been set back since. So it is kept by what has elapsed from the moment when it
 * was first seen, and no end lies in the future: the wait after a failure is never longer than it should be.
 */
export class PodEnds {
  readonly #clock: Clock;
  readonly #byJob = new Map<string, Seen>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A job that was suspended begins anew. */
  note(job: Job, pods: readonly Pod[]): void {
    if (isSuspended(job)) {
      this.forget(uidOf(job));
      return;
    }
    for (const pod of pods) {
      if (isSucceeded(pod)) this.#noteSuccess(this.#seenOf(job), pod);
      else if (isFailure(job, pod)) this.#noteFailure(this.#seenOf(job), pod);
    }
  }

  of(jobUid: string): Ends {
    const seen = this.#byJob.get(jobUid);
    if (!seen) return NONE;
    const failures = new Map<string, EpochMs>();
    for (const [uid, { at }] of seen.failures) failures.set(uid, hourAt(this.#clock, at));
    return { failures, lastSuccess: hourAt(this.#clock, seen.lastSuccess) };
  }

  forget(jobUid: string): void {
    this.#byJob.delete(jobUid);
  }

  #seenOf(job: Job): Seen {
    return this.#byJob.getOrInsertComputed(uidOf(job), () => ({
      failures: new Map(),
      successes: new Set(),
      lastSuccess: Number.NEGATIVE_INFINITY,
    }));
  }

  #noteSuccess(seen: Seen, pod: Pod): void {
    if (seen.successes.has(uidOf(pod))) return;
    seen.successes.add(uidOf(pod));
    seen.lastSuccess = Math.max(seen.lastSuccess, momentOf(this.#clock, endedAt(pod)));
  }

  #noteFailure({ failures }: Seen, pod: Pod): void {
    const end = endedAt(pod);
    const known = failures.get(uidOf(pod));
    const at = known?.endedAt === end ? known.at : momentOf(this.#clock, end);
    failures.set(uidOf(pod), { endedAt: end, at });
  }
}

/** What is known of a job's pods by who looks for the first time. */
export function endsSeenAt(job: Job, pods: readonly Pod[], now: EpochMs): Ends {
  const ends = new PodEnds(new VirtualClock(now));
  ends.note(job, pods);
  return ends.of(uidOf(job));
}

import { uidOf } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Job, Pod } from '../../generated/types.ts';
import { endedAt, isOwnFailure } from './backoff.ts';
import { isSuspended } from './jobFacts.ts';

/** When pods of a job failed, by their uids. */
export type Failures = ReadonlyMap<string, EpochMs>;

const NONE: Failures = new Map();

/**
 * Remembers when pods failed that may be gone by now: one that is deleted while it runs counts as a failure, and is not made again at
 * once. As upstream's back-off this is forgotten when the controller starts anew.
 */
export class PastFailures {
  readonly #byJob = new Map<string, Map<string, EpochMs>>();

  /** A job that was suspended begins anew. */
  note(job: Job, pods: readonly Pod[]): void {
    if (isSuspended(job)) this.forget(uidOf(job));
    else for (const pod of pods) if (isOwnFailure(job, pod)) this.#noteFailure(uidOf(job), pod);
  }

  of(jobUid: string): Failures {
    return this.#byJob.get(jobUid) ?? NONE;
  }

  forget(jobUid: string): void {
    this.#byJob.delete(jobUid);
  }

  #noteFailure(jobUid: string, pod: Pod): void {
    this.#byJob.getOrInsertComputed(jobUid, () => new Map()).set(uidOf(pod), endedAt(pod));
  }
}

import { uidOf } from '../../apimachinery/object.ts';
import type { Job, Pod } from '../../generated/types.ts';
import { isFinished } from '../../resources/job/jobConditions.ts';
import { isSucceeded } from '../../resources/pod/podPhase.ts';
import type { Change, World } from '../run/world.ts';
import { indexOf, parseIndexes } from './jobIndexes.ts';
import { ownedBy } from './podStates.ts';
import type { Checks, PromiseToKeep } from './promise.ts';

const TRACKING = 'batch.kubernetes.io/job-tracking';

/**
 * A Job never counts more successes than pods (of an Indexed Job: indexes) of it have succeeded, and when it is finished it has counted
 * all of them. A pod has succeeded when it says so while it carries the tracking finalizer: one that was put away before, as too
 * many, is none. Pods that users had their hands on may be counted, and need not be; nor need those that the Job ended itself, and counted
 * as failed before they said so.
 */
export const jobCounts: PromiseToKeep = {
  name: 'a Job counts each pod that succeeded, once',
  watch: (world) => new JobCounts(world),
};

/** Uids of pods, or indexes as text. */
interface Successes {
  readonly possible: Set<string>;
  /** With the pod that succeeded: a user may still lay hands on it before it is counted. */
  readonly certain: Map<string, Pod>;
}

class JobCounts implements Checks {
  readonly #world: World;
  readonly #successes = new Map<string, Successes>();
  /** By the Job's uid: the pods that it has counted as failed, as it does with those that it ends itself. */
  readonly #failures = new Map<string, Set<string>>();

  constructor(world: World) {
    this.#world = world;
  }

  afterChange(change: Change): string | undefined {
    if (change.type === 'DELETED') return undefined;
    if (change.kind === 'Job') this.#noteFailures(change.object as Job);
    if (change.kind === 'Pod') this.#notePod(change.object as Pod);
    return change.kind === 'Job'
      ? this.#judge(change.object as Job, change.before as Job | undefined)
      : undefined;
  }

  #noteFailures(job: Job): void {
    const failures = this.#failures.getOrInsertComputed(uidOf(job), () => new Set());
    for (const uid of job.status?.uncountedTerminatedPods?.failed ?? []) failures.add(uid);
  }

  #notePod(pod: Pod): void {
    const owned = ownedBy('Job', pod);
    if (!owned || !isSucceeded(pod) || !pod.metadata.finalizers?.includes(TRACKING)) return;
    const { possible, certain } = this.#of(owned.ownerUid);
    const success = indexOf(pod)?.toString() ?? uidOf(pod);
    possible.add(success);
    const isGivenUp = this.#failures.get(owned.ownerUid)?.has(uidOf(pod));
    if (!this.#world.isTouched(pod) && !isGivenUp) certain.set(success, pod);
  }

  #of(jobUid: string): Successes {
    return this.#successes.getOrInsertComputed(jobUid, () => ({ possible: new Set(), certain: new Map() }));
  }

  #judge(job: Job, before: Job | undefined): string | undefined {
    const { possible, certain } = this.#of(uidOf(job));
    const { status = {} } = job;
    const counted = (status.succeeded ?? 0) + (status.uncountedTerminatedPods?.succeeded?.length ?? 0);
    const name = `${job.metadata.namespace}/${job.metadata.name}`;
    if (counted > possible.size)
      return `${name} counts ${counted} successes, and there were ${possible.size}`;
    const completed = parseIndexes(status.completedIndexes);
    for (const index of completed)
      if (!possible.has(String(index))) return `${name} counts index ${index}, which has not succeeded`;
    const hasJustFinished = isFinished(job) && !(before && isFinished(before));
    if (!hasJustFinished) return undefined;
    const owed = certain
      .values()
      .filter((pod) => !this.#world.isTouched(pod))
      .toArray().length;
    return counted < owed
      ? `${name} has finished with ${counted} successes, and there were ${owed}`
      : undefined;
  }
}

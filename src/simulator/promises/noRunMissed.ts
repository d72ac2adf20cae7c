import { controllerOf, isBeingDeleted, uidOf } from '../../apimachinery/object.ts';
import type { CronJob } from '../../generated/types.ts';
import { isFinished } from '../../resources/job/jobConditions.ts';
import type { Change, World } from '../run/world.ts';
import { newRun } from './cronJobRuns.ts';
import { latestDueMinute } from './dueMinutes.ts';
import type { Checks, PromiseToKeep } from './promise.ts';

/** A key that failed comes again within five minutes; what was due before that may come late. */
const CALM_AFTER_MS = 330_000;
/** So soon after its time, or after what held it up is gone, a run must have begun. */
const PROMPT_MS = 15_000;
const LOOK_EVERY_MS = 5_000;

/**
 * Where nothing has gone wrong for five and a half minutes, a CronJob makes a job for each time that its schedule names, within 15
 * seconds. It owes none while it is suspended; under `Forbid` the latest one as soon as the last job has finished, if
 * `startingDeadlineSeconds` still allows that; and none for times before it was made, or its spec last changed.
 */
export const noRunMissed: PromiseToKeep = {
  name: 'a CronJob never misses a run that it owes',
  watch: (world) => new NoRunMissed(world),
};

class NoRunMissed implements Checks {
  readonly #world: World;
  readonly #latestRun = new Map<string, number>();
  readonly #changedAt = new Map<string, number>();
  /** When a job of it was last seen unfinished, by the stopwatch. */
  readonly #busyAt = new Map<string, number>();
  #lookedAt = 0;

  constructor(world: World) {
    this.#world = world;
  }

  afterChange(change: Change): undefined {
    const run = newRun(change);
    if (run) {
      const latest = this.#latestRun.get(run.cronJobUid) ?? 0;
      this.#latestRun.set(run.cronJobUid, Math.max(latest, run.time));
    }
    if (change.kind === 'CronJob' && change.object.metadata.generation !== change.before?.metadata.generation)
      this.#changedAt.set(uidOf(change.object), this.#world.now);
  }

  afterMoment(): string | undefined {
    if (this.#world.elapsed - this.#lookedAt < LOOK_EVERY_MS) return undefined;
    this.#lookedAt = this.#world.elapsed;
    for (const job of this.#world.all('Job')) {
      const owner = controllerOf(job);
      if (owner && !isFinished(job)) this.#busyAt.set(owner.uid, this.#world.elapsed);
    }
    if (this.#world.calmForMs < CALM_AFTER_MS) return undefined;
    for (const cronJob of this.#world.all('CronJob')) {
      const missed = this.#missedBy(cronJob);
      if (missed !== undefined)
        return `${cronJob.metadata.name} has made no job for ${new Date(missed).toISOString()}`;
    }
    return undefined;
  }

  /** The hour may have been set back since it was made. */
  #owesSince(cronJob: CronJob): number {
    const changedAt = this.#changedAt.get(uidOf(cronJob)) ?? this.#world.now;
    return Math.max(changedAt, Date.parse(cronJob.metadata.creationTimestamp ?? '') || 0);
  }

  #missedBy(cronJob: CronJob): number | undefined {
    const { now, elapsed, calmForMs } = this.#world;
    const uid = uidOf(cronJob);
    const { spec } = cronJob;
    if (spec.suspend || isBeingDeleted(cronJob)) return undefined;
    const since = Math.max(now - (calmForMs - CALM_AFTER_MS), this.#owesSince(cronJob) + 1000);
    const timeZone = spec.timeZone ?? this.#world.timeZone;
    const due = latestDueMinute(spec.schedule, timeZone, since, now - PROMPT_MS);
    if (due === undefined || (this.#latestRun.get(uid) ?? 0) >= due) return undefined;
    if (spec.concurrencyPolicy === 'Forbid') {
      const freeForMs = elapsed - (this.#busyAt.get(uid) ?? Number.NEGATIVE_INFINITY);
      const wasBusy = now - freeForMs >= due;
      if (freeForMs < PROMPT_MS + LOOK_EVERY_MS || (wasBusy && spec.startingDeadlineSeconds !== undefined))
        return undefined;
    }
    return due;
  }
}

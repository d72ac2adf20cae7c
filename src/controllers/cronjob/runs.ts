import { uidOf } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import { SeededRandom } from '../../clock/random.ts';
import type { CronJob } from '../../generated/types.ts';
import { jitterMs, runsOnceInRepeatedHour } from '../../resources/cronjob/cronJobAnnotations.ts';
import type { Schedule } from '../../resources/cronjob/schedule.ts';
import { countDue, lastDue, nextDue } from './dueTimes.ts';

/** The times at which a CronJob is due: those of all its schedules together, in its zone. */
export class Runs {
  readonly #schedules: readonly Schedule[];
  readonly #timeZone: string;
  readonly #isOnceADay: boolean;

  constructor(cronJob: CronJob, schedules: readonly Schedule[], timeZone: string) {
    this.#schedules = schedules;
    this.#timeZone = timeZone;
    this.#isOnceADay = runsOnceInRepeatedHour(cronJob);
  }

  /** The first one after `after`; `@every` keeps the beat that began at `beatFrom`. */
  next(after: EpochMs, beatFrom: EpochMs): EpochMs | undefined {
    let next: EpochMs | undefined;
    for (const schedule of this.#schedules)
      next = earliest(next, nextDue(schedule, this.#timeZone, after, beatFrom));
    return next !== undefined && this.#isRepeated(next) ? this.next(next, beatFrom) : next;
  }

  /** The last one up to `until`, and after `after`. */
  last(after: EpochMs, until: EpochMs): EpochMs | undefined {
    let last: EpochMs | undefined;
    for (const schedule of this.#schedules) {
      const found = lastDue(schedule, this.#timeZone, after, until);
      if (found !== undefined && (last === undefined || found > last)) last = found;
    }
    return last !== undefined && this.#isRepeated(last) ? this.last(after, last - 1) : last;
  }

  /** How many there were, counted no further than `most`. */
  count(after: EpochMs, until: EpochMs, most: number): number {
    const counts = this.#schedules.map((schedule) => countDue(schedule, this.#timeZone, after, until, most));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Whether the clock on the wall has shown this time before: in the hour that comes twice. */
  #isRepeated(time: EpochMs): boolean {
    if (!this.#isOnceADay) return false;
    const shown = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(this.#timeZone);
    const earliest = shown.toPlainDateTime().toZonedDateTime(this.#timeZone, { disambiguation: 'earlier' });
    return earliest.epochMilliseconds < time;
  }
}

/** How much later than its time a run starts: the same run always as much, and none so much that the next is due before. */
export function delayOf(cronJob: CronJob, runs: Runs, scheduledTime: EpochMs): number {
  const jitter = jitterMs(cronJob);
  if (jitter === 0) return 0;
  const next = runs.next(scheduledTime, scheduledTime) ?? Number.POSITIVE_INFINITY;
  const most = Math.min(jitter, next - scheduledTime);
  return Math.floor(new SeededRandom(`${uidOf(cronJob)}/${scheduledTime}`).next() * most);
}

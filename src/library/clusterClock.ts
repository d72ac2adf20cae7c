import { type Clock, delay, type EpochMs, type Ms } from '../clock/clock.ts';
import { parseDuration } from '../clock/duration.ts';
import type { SystemClock } from '../clock/systemClock.ts';
import { parseTimeOfDay } from '../clock/timeOfDay.ts';
import { VirtualClock } from '../clock/virtualClock.ts';

/** `26h`, `1h30m`, `500ms`, `2d`; a number is milliseconds. */
export type Duration = string | number;
/** RFC 3339 (`2027-03-28T03:30+02:00`), with a zone (`2027-03-28T03:30[Europe/Berlin]`), a `Date`, or milliseconds since 1970. */
export type TimeOfDay = string | number | Date;

export interface UntilOptions {
  /** How much time may pass; an hour unless told. */
  readonly limit?: Duration;
  /** What is waited for, for the message of the error. */
  readonly what?: string;
}

const DEFAULT_LIMIT = '1h';
/** How often a condition is looked at on the system's clock. */
const LOOK_EVERY_MS = 10;

/** The cluster's time. A virtual clock stands still until it is turned; on the system's clock these methods wait. */
export class ClusterClock {
  readonly #clock: VirtualClock | SystemClock;

  constructor(clock: VirtualClock | SystemClock) {
    this.#clock = clock;
  }

  /** Milliseconds since 1970. */
  now(): EpochMs {
    return this.#clock.now();
  }

  /** Milliseconds of which only differences mean anything: how much time has gone by, whatever the hour was set back to meanwhile. */
  elapsed(): Ms {
    return this.#clock.elapsed();
  }

  /** Runs everything that is due in that time, in order, and stands exactly there at the end. */
  async advance(duration: Duration): Promise<void> {
    if (this.#clock instanceof VirtualClock) await this.#clock.advance(toMs(duration));
    else await delay(this.#clock, toMs(duration));
  }

  /** Runs everything that is due up to that time. Throws for a time that has passed. */
  async advanceTo(time: TimeOfDay): Promise<void> {
    const target = toEpochMs(time);
    if (target < this.now()) {
      throw new Error(`Cannot advance to ${iso(target)}: it is ${iso(this.now())} already`);
    }
    const clock = this.#clock;
    if (clock instanceof VirtualClock) await clock.advanceTo(target);
    else await new Promise<void>((resolve) => clock.callAt(target, resolve));
  }

  /** Runs from event to event until the condition holds. Throws when it does not within the limit. */
  async runUntil(
    condition: () => boolean | Promise<boolean>,
    { limit = DEFAULT_LIMIT, what = 'the condition' }: UntilOptions = {},
  ): Promise<void> {
    const begun = this.now();
    const isMet = await this.#look(condition, toMs(limit));
    if (!isMet) throw new Error(`Waited in vain for ${what}: from ${iso(begun)} to ${iso(this.now())}`);
  }

  /** Lets everything run that is due now: after it the cluster has reacted to what was written. Time does not move. */
  async settle(): Promise<void> {
    await this.advance(0);
  }

  /** Sets the hour forward or back without running what lies between, as an administrator or a laptop's sleep would. Virtual clocks only. */
  set(time: TimeOfDay): void {
    if (!(this.#clock instanceof VirtualClock)) {
      throw new Error("Cannot set the clock: the cluster runs on the system's");
    }
    this.#clock.set(toEpochMs(time));
  }

  async #look(condition: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
    if (this.#clock instanceof VirtualClock) return this.#clock.runUntil(condition, limitMs);
    return waitUntil(this.#clock, condition, limitMs);
  }
}

async function waitUntil(
  clock: Clock,
  condition: () => boolean | Promise<boolean>,
  limitMs: number,
): Promise<boolean> {
  const limit = clock.elapsed() + limitMs;
  while (!(await condition())) {
    if (clock.elapsed() >= limit) return false;
    await delay(clock, LOOK_EVERY_MS);
  }
  return true;
}

const iso = (time: EpochMs) => new Date(time).toISOString();

/** Milliseconds of a duration. Throws for what is none. */
export function toMs(duration: Duration): number {
  const ms = typeof duration === 'number' ? duration : parseDuration(duration);
  if (ms === undefined || !(ms >= 0)) {
    throw new Error(
      `"${duration}" is not a duration: it must be like "26h", "1h30m", "500ms", or a number of milliseconds`,
    );
  }
  return ms;
}

/** Throws for what is no time. */
export function toEpochMs(time: TimeOfDay): EpochMs {
  if (typeof time === 'number') return time;
  return time instanceof Date ? time.getTime() : parseTimeOfDay(time);
}

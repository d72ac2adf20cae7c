import type { Cancel, Clock, EpochMs, Ms } from './clock.ts';
import { TimerHeap } from './timerHeap.ts';

/** 2026-01-01T00:00:00Z, where a virtual clock starts unless told otherwise. */
export const VIRTUAL_EPOCH: EpochMs = Date.UTC(2026, 0, 1);

/** Asked before time moves: a promise of being done, if there is something under way that promises of this process do not show. */
export type Holder = () => Promise<void> | undefined;

/** A clock that moves only when told to: from timer to timer, with no real waiting between them. */
export class VirtualClock implements Clock {
  #now: EpochMs;
  /** By how much the hour was set back, all in all. */
  #setBackMs: Ms = 0;
  readonly #timers = new TimerHeap();
  readonly #holders = new Set<Holder>();
  #soon: (() => void)[] = [];

  constructor(start: EpochMs = VIRTUAL_EPOCH) {
    this.#now = start;
  }

  now(): EpochMs {
    return this.#now;
  }

  elapsed(): Ms {
    return this.#now + this.#setBackMs;
  }

  callAt(time: EpochMs, wake: () => void): Cancel {
    return this.#timers.add(time, wake, 'date');
  }

  callIn(delayMs: Ms, wake: () => void): Cancel {
    return this.#timers.add(this.#now + delayMs, wake, 'delay');
  }

  /** When every promise that is ready has run: what one moment brings about in many steps is looked at once. */
  soon(wake: () => void): void {
    this.#soon.push(wake);
    if (this.#soon.length === 1) setImmediate(() => this.#wakeSoon());
  }

  /** When the next timer is due; undefined when nothing is waiting. */
  nextTimer(): EpochMs | undefined {
    return this.#timers.peek()?.time;
  }

  /** Time does not move while the holder has something under way: a disk, a network. */
  holdFor(holder: Holder): Cancel {
    this.#holders.add(holder);
    return () => this.#holders.delete(holder);
  }

  /** Sets the hour as an administrator would, forward or back. What has become due is woken by the next step. */
  set(time: EpochMs): void {
    const setBackMs = this.#now - time;
    this.#now = time;
    if (setBackMs <= 0) return;
    this.#setBackMs += setBackMs;
    this.#timers.shiftDelays(setBackMs);
  }

  /** Lets every ready promise run, then moves to the next timer and wakes it, with all that are due at that time (as the system's clock does). False when nothing is waiting. */
  async step(until: EpochMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    await this.settle();
    const next = this.#timers.peek();
    if (!next || next.time > until) return false;
    this.#now = Math.max(this.#now, next.time);
    for (const timer of this.#timers.popDue(this.#now)) timer.wake();
    return true;
  }

  /** Runs everything that is due in the next `durationMs`, in order, and stands exactly there at the end. */
  async advance(durationMs: number): Promise<void> {
    const end = this.elapsed() + durationMs;
    while (await this.step(this.#hourAt(end)));
    this.#now = Math.max(this.#now, this.#hourAt(end));
  }

  /** Runs everything that is due up to `time`, in order. */
  async advanceTo(time: EpochMs): Promise<void> {
    while (await this.step(time));
    this.#now = Math.max(this.#now, time);
  }

  /** Steps until `condition` holds, and says so; gives up with false once `limitMs` of virtual time have passed. */
  async runUntil(condition: () => boolean | Promise<boolean>, limitMs = 3_600_000): Promise<boolean> {
    const limit = this.elapsed() + limitMs;
    do {
      await this.settle();
      if (await condition()) return true;
    } while (await this.step(this.#hourAt(limit)));
    this.#now = Math.max(this.#now, this.#hourAt(limit));
    return condition();
  }

  /** Time stands still until every ready promise has run, nothing is due `soon`, and no holder has anything under way. */
  async settle(): Promise<void> {
    let underWay: Promise<void>[];
    do {
      await turn();
      underWay = [...this.#holders].flatMap((holder) => holder() ?? []);
      if (underWay.length > 0) await Promise.all(underWay);
    } while (underWay.length > 0 || this.#soon.length > 0);
  }

  /** What the hour is when so much has elapsed, unless it is set meanwhile. */
  #hourAt(elapsed: Ms): EpochMs {
    return elapsed - this.#setBackMs;
  }

  #wakeSoon(): void {
    const due = this.#soon;
    this.#soon = [];
    for (const wake of due) wake();
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

import type { Cancel, Clock, EpochMs, Ms } from './clock.ts';
import { TimerHeap } from './timerHeap.ts';

/** `setTimeout` takes at most 2^31-1 ms; a longer wait is made of several. */
const LONGEST_TIMER_MS = 2_147_483_647;
/**
 * Linux lets a wait of `epoll_wait` take a thousandth longer than asked (five thousandths in a process that is nice): 60 ms in a minute.
 * So a wait this long ends before its time, and what is left of it is short enough to be exact.
 */
const LONGEST_EXACT_MS = 200;
const ENDS_EARLY_BY = 0.01;
/** Less is no jump, but the hour being read in whole milliseconds, or slewed a little. */
const SMALLEST_JUMP_MS = 50;

/**
 * The machine's own clock. All that waits shares one timer of Node, and what is due at a time is woken in one turn, in order: two hundred
 * CronJobs of one minute start together, and their writes share a commit.
 */
export class SystemClock implements Clock {
  readonly #timers = new TimerHeap();
  /** How far ahead of the monotonic clock the hour was at most since it was last set back. */
  #furthestAhead = aheadNow();
  /** By how much the hour was set back, all in all. */
  #setBackMs: Ms = 0;
  #lastElapsed: Ms = 0;
  #armed: { readonly time: EpochMs; readonly timer: NodeJS.Timeout } | undefined;

  now(): EpochMs {
    return Date.now();
  }

  /** As cheap as `now`: a jump is looked for only where it shows, and else seen at the next timer. */
  elapsed(): Ms {
    const elapsed = Date.now() + this.#setBackMs;
    if (elapsed < this.#lastElapsed) return this.#elapsedAcrossJump();
    this.#lastElapsed = elapsed;
    return elapsed;
  }

  callAt(time: EpochMs, wake: () => void): Cancel {
    this.#noticeJump(Date.now());
    return this.#add(time, wake, 'date');
  }

  callIn(delayMs: Ms, wake: () => void): Cancel {
    const now = Date.now();
    this.#noticeJump(now);
    return this.#add(now + delayMs, wake, 'delay');
  }

  soon(wake: () => void): void {
    setImmediate(wake);
  }

  #add(time: EpochMs, wake: () => void, kind: 'date' | 'delay'): Cancel {
    const cancel = this.#timers.add(time, wake, kind);
    if (!this.#armed || time < this.#armed.time) this.#arm();
    return () => {
      cancel();
      // The last one must not keep the process alive.
      if (!this.#timers.peek()) this.#disarm();
    };
  }

  #elapsedAcrossJump(): Ms {
    const now = Date.now();
    this.#noticeJump(now);
    this.#lastElapsed = Math.max(now + this.#setBackMs, this.#lastElapsed);
    return this.#lastElapsed;
  }

  /**
   * The monotonic clock of the machine goes on when the hour is set: it was set back when it falls behind. (The monotonic one cannot itself
   * be the clock of `elapsed`, since it stands still while a laptop sleeps.)
   */
  #noticeJump(now: EpochMs): void {
    const ahead = now - performance.now();
    const jumpMs = ahead - this.#furthestAhead;
    if (jumpMs > 0) this.#furthestAhead = ahead;
    if (jumpMs <= -SMALLEST_JUMP_MS) this.#confirmSetBack();
    // What has become due must not wait for what Node's timer was set to before.
    else if (jumpMs >= SMALLEST_JUMP_MS && this.#armed) this.#arm();
  }

  /** The process may only have been held up between the two readings. */
  #confirmSetBack(): void {
    const ahead = Math.max(aheadNow(), aheadNow(), aheadNow());
    const setBackMs = Math.round(this.#furthestAhead - ahead);
    if (setBackMs < SMALLEST_JUMP_MS) return;
    this.#furthestAhead = ahead;
    this.#setBackMs += setBackMs;
    this.#timers.shiftDelays(setBackMs);
    this.#arm();
  }

  #arm(): void {
    this.#disarm();
    const next = this.#timers.peek();
    if (!next) return;
    const timer = setTimeout(() => this.#wakeAll(), sleepFor(next.time - Date.now()));
    this.#armed = { time: next.time, timer };
  }

  #disarm(): void {
    clearTimeout(this.#armed?.timer);
    this.#armed = undefined;
  }

  /** Wakes what is due now, if anything is. What that adds waits for the next turn, even if it is due at once. */
  #wakeAll(): void {
    this.#armed = undefined;
    const now = Date.now();
    this.#noticeJump(now);
    const due = this.#timers.popDue(now);
    try {
      for (const timer of due) timer.wake();
    } finally {
      this.#arm();
    }
  }
}

/** The hour is read first, so that whoever is held up in between thinks it too early, never too late. */
const aheadNow = () => Date.now() - performance.now();

/** How long to sleep when the next timer is due in so many milliseconds. */
function sleepFor(dueInMs: number): number {
  if (dueInMs <= LONGEST_EXACT_MS) return Math.max(0, dueInMs);
  return Math.min(Math.floor(dueInMs * (1 - ENDS_EARLY_BY)), LONGEST_TIMER_MS);
}

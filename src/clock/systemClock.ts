import type { Cancel, Clock, EpochMs } from './clock.ts';
import { TimerHeap } from './timerHeap.ts';

/** `setTimeout` takes at most 2^31-1 ms; a longer wait is made of several. */
const LONGEST_TIMER_MS = 2_147_483_647;
/**
 * Linux lets a wait of `epoll_wait` take a thousandth longer than asked (five thousandths in a process that is nice): 60 ms in a minute.
 * So a wait this long ends before its time, and what is left of it is short enough to be exact.
 */
const LONGEST_EXACT_MS = 200;
const ENDS_EARLY_BY = 0.01;

/**
 * The machine's own clock. All that waits shares one timer of Node, and what is due at a time is woken in one turn, in order: two hundred
 * CronJobs of one minute start together, and their writes share a commit.
 */
export class SystemClock implements Clock {
  readonly #timers = new TimerHeap();
  #armed: { readonly time: EpochMs; readonly timer: NodeJS.Timeout } | undefined;

  now(): EpochMs {
    return Date.now();
  }

  callAt(time: EpochMs, wake: () => void): Cancel {
    const cancel = this.#timers.add(time, wake);
    if (!this.#armed || time < this.#armed.time) this.#arm();
    return () => {
      cancel();
      // The last one must not keep the process alive.
      if (!this.#timers.peek()) this.#disarm();
    };
  }

  soon(wake: () => void): void {
    setImmediate(wake);
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
    const due = this.#timers.popDue(Date.now());
    try {
      for (const timer of due) timer.wake();
    } finally {
      this.#arm();
    }
  }
}

/** How long to sleep when the next timer is due in so many milliseconds. */
function sleepFor(dueInMs: number): number {
  if (dueInMs <= LONGEST_EXACT_MS) return Math.max(0, dueInMs);
  return Math.min(Math.floor(dueInMs * (1 - ENDS_EARLY_BY)), LONGEST_TIMER_MS);
}

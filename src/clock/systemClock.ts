import type { Cancel, Clock, EpochMs } from './clock.ts';

/** `setTimeout` takes at most 2^31-1 ms; a longer wait is made of several. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** The machine's own clock. */
export class SystemClock implements Clock {
  now(): EpochMs {
    return Date.now();
  }

  callAt(time: EpochMs, wake: () => void): Cancel {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const waitMs = time - Date.now();
      if (waitMs > LONGEST_TIMER_MS) timer = setTimeout(arm, LONGEST_TIMER_MS);
      else timer = setTimeout(wake, Math.max(0, waitMs));
    };
    arm();
    return () => clearTimeout(timer);
  }
}

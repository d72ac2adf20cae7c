import type { Ms } from '../../clock/clock.ts';

/** Of a container that keeps failing, and of an image that cannot be pulled (upstream's `MaxContainerBackOff` and its start). */
const FIRST_MS = 10_000;
const LONGEST_MS = 300_000;
/** So long after the last failure it is as if there had been none. */
const FORGOTTEN_AFTER_MS = 2 * LONGEST_MS;

export interface BackOff {
  readonly delayMs: number;
  readonly at: Ms;
}

/** The back-off after one more failure, of which the attempt ended at `endedAt`. */
export function nextBackOff(last: BackOff | undefined, endedAt: Ms, now: Ms): BackOff {
  if (!last || isForgotten(last, endedAt)) return { delayMs: FIRST_MS, at: now };
  return { delayMs: Math.min(2 * last.delayMs, LONGEST_MS), at: now };
}

/** When to try again what ended at `endedAt`; the first failure is followed by a try at once. */
export const retryTime = (last: BackOff | undefined, endedAt: Ms): Ms =>
  !last || isForgotten(last, endedAt) ? endedAt : endedAt + last.delayMs;

const isForgotten = (last: BackOff, time: Ms) => time - last.at > FORGOTTEN_AFTER_MS;

import { SystemClock } from '../../src/clock/systemClock.ts';

export const clock = new SystemClock();

const DEFAULT_WITHIN_MS = 60_000;

export interface Waiting {
  /** One minute unless given. */
  readonly withinMs?: number;
}

/** The promise, or an error that tells what was waited for when it takes too long. */
export function within<T>(
  promise: Promise<T>,
  what: () => string,
  { withinMs = DEFAULT_WITHIN_MS }: Waiting = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.callIn(withinMs, () =>
      reject(new Error(`Waited ${withinMs / 1000} s for ${what()}`)),
    );
    promise.then(resolve, reject).finally(cancel);
  });
}

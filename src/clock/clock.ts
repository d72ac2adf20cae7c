/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** The only source of time. Everything that waits or reads the hour receives one. */
export interface Clock {
  now(): EpochMs;
  /** Calls `wake` once, at `time` or at once if that has passed (never synchronously). Returns its cancellation. */
  callAt(time: EpochMs, wake: () => void): Cancel;
  /**
   * Calls `wake` once, when what runs now is done. On the machine's clock that is after input was read and output sent: who has
   * much to do does not keep the news from those who wait for them. On a virtual clock it is before time moves.
   */
  soon(wake: () => void): void;
}

export type Cancel = () => void;

/** Calls `wake` once, `delayMs` from now. */
export const callAfter = (clock: Clock, delayMs: number, wake: () => void): Cancel =>
  clock.callAt(clock.now() + delayMs, wake);

/** Calls `tick` every `periodMs` until cancelled. A slow tick does not make the next ones pile up. */
export function callEvery(clock: Clock, periodMs: number, tick: () => void): Cancel {
  let cancel: Cancel = () => {};
  const schedule = () => {
    cancel = callAfter(clock, periodMs, () => {
      schedule();
      tick();
    });
  };
  schedule();
  return () => cancel();
}

/** Resolves after `delayMs`, or as soon as `signal` aborts (it does not reject: look at `signal.aborted`). */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = callAfter(clock, delayMs, finish);
    signal?.addEventListener('abort', finish);
  });
}

let lastSecond = Number.NaN;
let lastTimestamp = '';

/** `2026-11-24T01:02:03Z`: the precision of `metav1.Time`. */
export function timestamp(time: EpochMs): string {
  const second = Math.floor(time / 1000);
  // What happens in the same second is most often stamped together.
  if (second !== lastSecond) {
    lastTimestamp = `${new Date(time).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastTimestamp;
}

/** `2026-11-24T01:02:03.456000Z`: the precision of `metav1.MicroTime`, as leases and events carry it. */
export const microTimestamp = (time: EpochMs): string =>
  `${timestamp(time).slice(0, 19)}.${String(Math.floor(time) % 1000).padStart(3, '0')}000Z`;

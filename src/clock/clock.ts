/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** Milliseconds that pass, as `Clock.elapsed` counts them. Only the difference of two counts of one clock means anything: they are no dates. */
export type Ms = number;

/**
 * The only source of time. Everything that waits or reads the hour receives one.
 *
 * An administrator, or NTP after a bad start, may set the hour back. What the API shows are dates, and goes by `now` and `callAt`; how long
 * ago something was, and how long to wait, goes by `elapsed` and `callIn`, which such a jump does not stretch.
 */
export interface Clock {
  /** The hour. It may be set, forward and back. */
  now(): EpochMs;
  /** Never goes back: the hour, and what it was set back by so far. */
  elapsed(): Ms;
  /** Calls `wake` once, when the hour is `time`, or at once if that has passed (never synchronously). Returns its cancellation. */
  callAt(time: EpochMs, wake: () => void): Cancel;
  /** Calls `wake` once, when `delayMs` have elapsed (never synchronously), whatever the hour is set back to. Returns its cancellation. */
  callIn(delayMs: Ms, wake: () => void): Cancel;
  /**
   * Calls `wake` once, when what runs now is done. On the machine's clock that is after input was read and output sent: who has
   * much to do does not keep the news from those who wait for them. On a virtual clock it is before time moves.
   */
  soon(wake: () => void): void;
}

export type Cancel = () => void;

/** What the hour was at a moment of `elapsed`, as it is set now: to compare that with dates. It holds until the hour is set again. */
export const hourAt = (clock: Clock, moment: Ms): EpochMs => clock.now() - (clock.elapsed() - moment);

/** The same of many moments. */
export const hoursAt = <Key>(clock: Clock, moments: ReadonlyMap<Key, Ms>): Map<Key, EpochMs> =>
  new Map(moments.entries().map(([key, moment]) => [key, hourAt(clock, moment)]));

/** The moment of `elapsed` when it was that hour. One that seems to lie ahead was before the hour was set back: it counts as now. */
export const momentOf = (clock: Clock, hour: EpochMs): Ms =>
  clock.elapsed() - Math.max(0, clock.now() - hour);

/** Makes one of all calls within a turn: `work` is done once, when what runs now is done. */
export function onceATurn(clock: Clock, work: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    clock.soon(() => {
      isDue = false;
      work();
    });
  };
}

/** Calls `tick` every `periodMs` until cancelled. A slow tick does not make the next ones pile up. */
export function callEvery(clock: Clock, periodMs: Ms, tick: () => void): Cancel {
  let cancel: Cancel = () => {};
  const schedule = () => {
    cancel = clock.callIn(periodMs, () => {
      schedule();
      tick();
    });
  };
  schedule();
  return () => cancel();
}

/** Resolves after `delayMs`, or as soon as `signal` aborts (it does not reject: look at `signal.aborted`). */
export function delay(clock: Clock, delayMs: Ms, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.callIn(delayMs, finish);
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

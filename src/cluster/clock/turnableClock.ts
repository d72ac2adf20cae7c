import type { EpochMs } from '../../clock/clock.ts';
import type { SystemClock } from '../../clock/systemClock.ts';
import type { VirtualClock } from '../../clock/virtualClock.ts';

/** How far the clock came. */
export interface Turned {
  readonly time: EpochMs;
  /** Whether it is where it should be, or what was waited for holds. Else it is to be turned on. */
  readonly isDone: boolean;
  /** Whether what was waited for holds. */
  readonly isMet: boolean;
}

/** Turns a cluster's clock in slices of real time, one caller after the other, and remembers how far it came. */
export class TurnableClock {
  readonly #clock: VirtualClock;
  readonly #realTime: SystemClock;
  readonly #remember: (time: EpochMs) => void;
  #turning: Promise<unknown> = Promise.resolve();

  constructor(clock: VirtualClock, realTime: SystemClock, remember: (time: EpochMs) => void) {
    this.#clock = clock;
    this.#realTime = realTime;
    this.#remember = remember;
  }

  get time(): EpochMs {
    return this.#clock.now();
  }

  /** Runs what is due up to `target`, for at most `sliceMs` of real time, or until `condition` holds. */
  turn(
    target: EpochMs,
    sliceMs: number,
    condition: () => Promise<boolean> = async () => false,
  ): Promise<Turned> {
    const turned = this.#turning.then(() => this.#turn(target, sliceMs, condition));
    this.#turning = turned.catch(() => {});
    return turned;
  }

  async #turn(target: EpochMs, sliceMs: number, condition: () => Promise<boolean>): Promise<Turned> {
    const endsAt = this.#realTime.elapsed() + sliceMs;
    try {
      do {
        await this.#clock.settle();
        if (await condition()) return { time: this.time, isDone: true, isMet: true };
        if (this.#realTime.elapsed() >= endsAt) return { time: this.time, isDone: false, isMet: false };
      } while (await this.#clock.step(target));
      await this.#clock.advanceTo(target);
      return { time: this.time, isDone: true, isMet: await condition() };
    } finally {
      this.#remember(this.time);
    }
  }
}

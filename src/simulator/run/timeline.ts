import type { EpochMs } from '../../clock/clock.ts';
import type { VirtualClock } from '../../clock/virtualClock.ts';

/** Something that ends at a time of the stopwatch: a fault, or labels that come back. */
interface Ending {
  readonly at: number;
  readonly end: () => void;
}

export interface TimelineOptions {
  /** A timer of the cluster has gone off. */
  readonly onTimer: () => void;
  /** Nothing more needs to happen. */
  readonly isOver: () => boolean;
}

/** A stopwatch over a clock that may jump: turns the clock, and ends on the way what has to end. */
export class Timeline {
  readonly #clock: VirtualClock;
  readonly #options: TimelineOptions;
  /** What the cluster's clock would have said at the beginning, had it never jumped. */
  #beganAt: EpochMs;
  /** The latest that the cluster's clock has said when it was set. */
  #latestHour = Number.NEGATIVE_INFINITY;
  #endings: Ending[] = [];

  constructor(clock: VirtualClock, options: TimelineOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#beganAt = clock.now();
  }

  /** Milliseconds since the beginning. */
  get elapsed(): number {
    return this.#clock.now() - this.#beganAt;
  }

  /** The cluster's clock was set, and no time went by. */
  jumped(byMs: number): void {
    this.#latestHour = Math.max(this.#latestHour, this.#clock.now() - byMs);
    this.#beganAt += byMs;
  }

  /** How long it takes until the cluster's clock says again what it has said before. */
  get behindMs(): number {
    return Math.max(0, this.#latestHour - this.#clock.now());
  }

  /** At once for 0. */
  endIn(afterMs: number, end: () => void): void {
    if (afterMs === 0) {
      end();
      return;
    }
    this.#endings.push({ at: this.elapsed + afterMs, end });
    this.#endings.sort((a, b) => a.at - b.at);
  }

  /** Ends now whatever has not ended yet. */
  endAll(): void {
    for (const { end } of this.#endings.splice(0)) end();
  }

  async advanceBy(ms: number): Promise<void> {
    await this.advanceTo(this.elapsed + ms);
  }

  async advanceTo(elapsed: number): Promise<void> {
    while (!this.#options.isOver()) {
      const until = this.#nextEnding(elapsed);
      if (!(await this.#turnTo(until)) || this.#options.isOver()) continue;
      if (until === elapsed) return;
      this.#endings.shift()!.end();
    }
  }

  /** When the next thing ends, if that is before `elapsed`. */
  #nextEnding(elapsed: number): number {
    return Math.min(this.#endings[0]?.at ?? Number.POSITIVE_INFINITY, elapsed);
  }

  /** False when something has been added on the way that ends before. */
  async #turnTo(elapsed: number): Promise<boolean> {
    const time = this.#beganAt + elapsed;
    const { isOver, onTimer } = this.#options;
    while (!isOver() && (await this.#clock.step(time))) {
      onTimer();
      if (this.#nextEnding(elapsed) < elapsed) return false;
    }
    if (this.#nextEnding(elapsed) < elapsed) return false;
    if (!isOver()) await this.#clock.advanceTo(time);
    return true;
  }
}

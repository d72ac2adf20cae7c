import { type Cancel, type Clock, callEvery } from '../../clock/clock.ts';
import { afterLook, type LastSeen, pressuresIn } from './pressureState.ts';
import type { Observation, PressureType } from './signals.ts';
import { type Shortage, shortagesIn, type Threshold } from './thresholds.ts';

/** As often as the kubelet looks. */
const LOOK_MS = 10_000;

export interface NodePressureOptions {
  readonly clock: Clock;
  readonly thresholds: readonly Threshold[];
  observe(): Promise<readonly Observation[]>;
  /** Does something about what is most urgent. The next look waits for it. */
  relieve(shortage: Shortage): Promise<void>;
  /** The pressures of the node are others than before. */
  onChange(began: readonly PressureType[], ended: readonly PressureType[]): void;
  reportError(error: Error): void;
}

/** Looks whether the node runs out of something, and has something done about it (the kubelet's eviction manager). */
export class NodePressure {
  readonly #options: NodePressureOptions;
  readonly #stop: Cancel;
  #seen: LastSeen = new Map();
  #isLooking = false;

  constructor(options: NodePressureOptions) {
    this.#options = options;
    this.#stop = callEvery(options.clock, LOOK_MS, () => void this.look());
  }

  get pressures(): ReadonlySet<PressureType> {
    return pressuresIn(this.#seen);
  }

  stop(): void {
    this.#stop();
  }

  /** Never throws: what cannot be found out is tried again with the next look. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#look();
    } catch (error) {
      this.#options.reportError(error as Error);
    } finally {
      this.#isLooking = false;
    }
  }

  async #look(): Promise<void> {
    const { clock, observe, relieve, thresholds } = this.#options;
    const shortages = shortagesIn(await observe(), thresholds);
    this.#note(afterLook(this.#seen, shortages, clock.elapsed()));
    if (shortages[0]) await relieve(shortages[0]);
  }

  #note(seen: LastSeen): void {
    const [before, after] = [this.pressures, pressuresIn(seen)];
    this.#seen = seen;
    const [began, ended] = [after.difference(before), before.difference(after)];
    if (began.size > 0 || ended.size > 0) this.#options.onChange([...began], [...ended]);
  }
}

import type { Change, World } from '../run/world.ts';
import type { Checks, PromiseToKeep } from './promise.ts';

const WINDOW_MS = 60_000;
/** What a pod, a job or a daemon can go through in a minute, and four times that for faults. */
const MOST_PER_OBJECT = 40;
const MOST_STEPS_AT_ONE_MOMENT = 5_000;
/** Leases and retries of everything that there is, at 200 ms. */
const MOST_STEPS_PER_MINUTE = 20_000;

/**
 * No object is written more than 40 times in a minute; the clock does not stand still for more
 * than 5,000 timers, and no more than 20,000 go off in a minute, whatever goes wrong.
 */
export const boundedWork: PromiseToKeep = {
  name: 'the work done is bounded',
  watch: (world) => new BoundedWork(world),
};

class BoundedWork implements Checks {
  readonly #world: World;
  readonly #writes = new Map<string, number>();
  #windowBegan = 0;
  #steps = 0;
  #moment = Number.NaN;
  #stepsAtMoment = 0;

  constructor(world: World) {
    this.#world = world;
  }

  afterChange({ kind, key }: Change): string | undefined {
    const id = `${kind} ${key}`;
    const writes = (this.#writes.get(id) ?? 0) + 1;
    this.#writes.set(id, writes);
    return writes > MOST_PER_OBJECT ? `${id} was written ${writes} times within a minute` : undefined;
  }

  afterMoment(): string | undefined {
    const { elapsed } = this.#world;
    if (elapsed - this.#windowBegan >= WINDOW_MS) this.#nextWindow(elapsed);
    this.#stepsAtMoment = elapsed === this.#moment ? this.#stepsAtMoment + 1 : 1;
    this.#moment = elapsed;
    this.#steps++;
    if (this.#stepsAtMoment > MOST_STEPS_AT_ONE_MOMENT)
      return `${this.#stepsAtMoment} timers went off at one moment`;
    return this.#steps > MOST_STEPS_PER_MINUTE ? `${this.#steps} timers went off within a minute` : undefined;
  }

  #nextWindow(elapsed: number): void {
    this.#windowBegan = elapsed;
    this.#writes.clear();
    this.#steps = 0;
  }
}

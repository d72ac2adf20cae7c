import { controllerOf, uidOf } from '../../apimachinery/object.ts';
import type { Pod } from '../../generated/types.ts';
import type { Change, World } from '../run/world.ts';
import { covers } from './podStates.ts';
import type { Checks, PromiseToKeep } from './promise.ts';

const WINDOW_MS = 60_000;
/** What anything can go through in a minute by itself, users and faults included. */
const MOST_PER_OBJECT = 30;
const MOST_STEPS_AT_ONE_MOMENT = 5_000;
/** Leases and retries of everything that there is, at 200 ms. */
const MOST_STEPS_PER_MINUTE = 20_000;

/**
 * Within a minute, no object is written more than 30 times, and once more for each change of what it owns or is about: a status may follow every pod,
 * and cannot go round in circles. The clock does not stand still for more than 5,000 timers, and no more than 20,000 go off in a
 * minute, whatever goes wrong.
 */
export const boundedWork: PromiseToKeep = {
  name: 'the work done is bounded',
  watch: (world) => new BoundedWork(world),
};

class BoundedWork implements Checks {
  readonly #world: World;
  /** By uid, in this minute. */
  readonly #writes = new Map<string, number>();
  readonly #changesOfDependents = new Map<string, number>();
  #windowBegan = 0;
  #steps = 0;
  #moment = Number.NaN;
  #stepsAtMoment = 0;

  constructor(world: World) {
    this.#world = world;
  }

  afterChange({ kind, key, object }: Change): string | undefined {
    const owner = controllerOf(object)?.uid;
    if (owner) count(this.#changesOfDependents, owner);
    if (kind === 'Pod') this.#countForBudgets(object as Pod);
    const id = uidOf(object) || `${kind} ${key}`;
    const writes = count(this.#writes, id);
    const most = MOST_PER_OBJECT + (this.#changesOfDependents.get(id) ?? 0);
    return writes > most ? `${kind} ${key} was written ${writes} times within a minute` : undefined;
  }

  #countForBudgets(pod: Pod): void {
    for (const budget of this.#world.all('PodDisruptionBudget'))
      if (covers(budget, pod)) count(this.#changesOfDependents, uidOf(budget));
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
    this.#changesOfDependents.clear();
    this.#steps = 0;
  }
}

function count(counts: Map<string, number>, id: string): number {
  const next = (counts.get(id) ?? 0) + 1;
  counts.set(id, next);
  return next;
}

import { UNPULLABLE } from '../plan/plan.ts';
import type { Change, World } from '../run/world.ts';
import { inWords } from './podStates.ts';
import type { Checks, PromiseToKeep } from './promise.ts';

/** Nodes say every five minutes that they live. */
const HEARTBEATS = new Set(['Node', 'Lease']);
/** Of one object, so many while a cluster that has come to rest is looked at: a last word here and there. */
const MOST_CHANGES = 3;

/**
 * When everything has come to rest, nothing is written but signs of life: no object changes more than three times in the ten minutes that
 * follow, and no more events are told than there are objects. Deletions that were due (`ttlSecondsAfterFinished`) may come. A workload
 * whose image cannot be pulled keeps nodes busy, so nothing is asked where there is one.
 */
export const settledClusterRests: PromiseToKeep = {
  name: 'a settled cluster writes nothing',
  watch: (world) => new SettledClusterRests(world),
};

class SettledClusterRests implements Checks {
  readonly #world: World;
  readonly #changes = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  afterChange({ kind, key, type, object }: Change): string | undefined {
    if (!this.#world.isSettled || HEARTBEATS.has(kind) || type === 'DELETED') return undefined;
    if (
      this.#world
        .all('Pod')
        .some(({ spec }) => spec.containers.some(({ image }) => UNPULLABLE.test(image ?? '')))
    )
      return undefined;
    const id = `${kind} ${key}`;
    const count = (this.#changes.get(id) ?? 0) + 1;
    this.#changes.set(id, count);
    return count > MOST_CHANGES ? `${inWords(object)} was written ${count} times` : undefined;
  }
}

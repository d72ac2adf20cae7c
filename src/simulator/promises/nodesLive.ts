import type { Change, World } from '../run/world.ts';
import type { Checks, PromiseToKeep } from './promise.ts';

/** After a fault nodes may need so long to be themselves again. */
const AFTER_TROUBLE_MS = 60_000;
/** Three times as long as a node takes to renew its lease. */
const LONGEST_SILENCE_MS = 30_000;

/**
 * When nothing but the hour was touched for a minute, every node has renewed its lease within the last thirty seconds, by the stopwatch:
 * nobody stalls because the clock was set back.
 */
export const nodesLive: PromiseToKeep = {
  name: 'a node that nothing happens to shows that it lives',
  watch: (world) => new NodesLive(world),
};

class NodesLive implements Checks {
  readonly #world: World;
  /** By the node's name: when it was last heard of. */
  readonly #heardAt = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  afterChange({ type, kind, object }: Change): undefined {
    const { name = '', namespace } = object.metadata;
    const isNew = kind === 'Node' && type === 'ADDED';
    if (isNew || (kind === 'Lease' && namespace === 'kube-node-lease'))
      this.#heardAt.set(name, this.#world.elapsed);
  }

  afterMoment(): string | undefined {
    const { elapsed, undisturbedForMs } = this.#world;
    if (undisturbedForMs < AFTER_TROUBLE_MS) return undefined;
    for (const node of this.#world.all('Node')) {
      if (this.#world.isTouched(node)) continue;
      const { metadata } = node;
      const silentMs = elapsed - (this.#heardAt.get(metadata.name!) ?? elapsed);
      if (silentMs > LONGEST_SILENCE_MS)
        return `node ${metadata.name} has not renewed its lease for ${silentMs / 1000} s`;
    }
    return undefined;
  }
}

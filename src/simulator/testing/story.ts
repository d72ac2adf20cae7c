import { type KubernetesObject, keyOf, uidOf } from '../../apimachinery/object.ts';
import { NOW } from '../../controllers/testing/builders.ts';
import type { StoreEvent } from '../../store/store.ts';
import type { Checks, PromiseToKeep } from '../promises/promise.ts';
import { World } from '../run/world.ts';

/** Tells a promise what happens, and hears what it says: its first complaint is kept. */
export class Story {
  complaint: string | undefined;
  readonly world: World;
  readonly #checks: Checks;
  readonly #stored = new Map<string, KubernetesObject>();
  #elapsed = 0;

  constructor(promise: PromiseToKeep) {
    const times = { now: () => NOW + this.#elapsed, elapsed: () => this.#elapsed };
    this.world = new World(times);
    this.#checks = promise.watch(this.world);
  }

  /** The objects are there now, as they are here. */
  put(...objects: readonly KubernetesObject[]): this {
    for (const object of objects) this.#change(object, { stored: versionOf(object) });
    return this;
  }

  remove(...objects: readonly KubernetesObject[]): this {
    for (const object of objects) {
      this.#change(object, { deleted: versionOf(object) });
      this.#stored.delete(idOf(object));
    }
    return this;
  }

  /** Users had their hands on it. */
  touch(object: KubernetesObject): this {
    this.world.touch(uidOf(object));
    return this;
  }

  /** Time goes on, five seconds at a time. */
  wait(seconds: number): this {
    for (let waited = 0; waited < seconds; waited += 5) {
      this.#elapsed += 5000;
      this.#note(this.#checks.afterMoment?.());
    }
    return this;
  }

  moment(times = 1): this {
    for (let time = 0; time < times; time++) this.#note(this.#checks.afterMoment?.());
    return this;
  }

  settle(): this {
    this.world.isSettled = true;
    return this;
  }

  /** Everything is over: what is still to come? */
  end(): this {
    this.#note(this.#checks.stillToCome?.());
    return this;
  }

  #change(object: KubernetesObject, event: Partial<StoreEvent>): void {
    const before = this.#stored.get(idOf(object));
    const change = this.world.take({
      key: keyOf(object),
      revision: 0,
      previous: before && versionOf(before),
      ...event,
    });
    this.#stored.set(idOf(object), object);
    this.#note(this.#checks.afterChange?.(change));
  }

  #note(complaint: string | undefined): void {
    this.complaint ??= complaint;
  }
}

const idOf = (object: KubernetesObject) => `${object.kind} ${keyOf(object)}`;
const versionOf = (object: KubernetesObject) => ({
  key: keyOf(object),
  revision: 0,
  createRevision: 0,
  object,
  json: '',
});

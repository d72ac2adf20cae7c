import type { KubernetesObject } from '../apimachinery/object.ts';
import type { ResourceType } from '../apimachinery/resourceType.ts';
import type { Clock } from '../clock/clock.ts';
import type { Client } from './client.ts';
import { Informer } from './informer.ts';

/** One informer per collection, shared by all who ask (client-go's SharedInformerFactory). */
export class Informers {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #informers = new Map<string, Informer<KubernetesObject>>();

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** The informer of a collection, made on the first call; `start` starts it. */
  of<T extends KubernetesObject>(type: ResourceType<T>): Informer<T> {
    const name = `${type.group}/${type.plural}`;
    let informer = this.#informers.get(name);
    if (!informer) {
      informer = new Informer<KubernetesObject>(this.#client, this.#clock, type);
      this.#informers.set(name, informer);
    }
    return informer as unknown as Informer<T>;
  }

  /** The informer of a collection if anybody has asked for it. */
  existing(type: ResourceType): Informer<KubernetesObject> | undefined {
    return this.#informers.get(`${type.group}/${type.plural}`);
  }

  /** Stops the informer of a collection that is gone, and forgets it. */
  drop(type: ResourceType): void {
    const name = `${type.group}/${type.plural}`;
    this.#informers.get(name)?.end();
    this.#informers.delete(name);
  }

  /** Starts all that were asked for and waits for their first lists. May be called again for later ones. */
  async start(): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.start()));
  }

  stop(): void {
    for (const informer of this.#informers.values()) informer.stop();
  }
}

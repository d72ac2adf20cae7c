import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Client } from '../../client/client.ts';
import type { Informers } from '../../client/informers.ts';

/**
 * The client that a controller writes through. It remembers, per collection, the newest version that was written, so that the loop can
 * wait for the caches to show it: a controller never acts on a cache older than its own writes (KEP-5647's problem).
 */
export class OwnWrites {
  readonly client: Client;
  readonly #informers: Informers;
  readonly #newest = new Map<ResourceType, number>();

  constructor(client: Client, informers: Informers) {
    this.#informers = informers;
    this.client = this.#remembering(client);
  }

  /** Resolves when every cache has seen what was written; undefined when all have. */
  seen(): Promise<unknown> | undefined {
    const waits: Promise<void>[] = [];
    for (const [type, revision] of this.#newest) {
      const wait = this.#informers.existing(type)?.reached(revision);
      if (wait) waits.push(wait);
      else this.#newest.delete(type);
    }
    return waits.length > 0 ? Promise.all(waits) : undefined;
  }

  #remembering(client: Client): Client {
    const note = <T extends KubernetesObject | undefined>(type: ResourceType, written: T): T => {
      const revision = Number(written?.metadata.resourceVersion ?? 0);
      if (revision > (this.#newest.get(type) ?? 0)) this.#newest.set(type, revision);
      return written;
    };
    return {
      get: (type, ref) => client.get(type, ref),
      list: (type, options) => client.list(type, options),
      watch: (type, options, handler) => client.watch(type, options, handler),
      create: async (type, object, options) => note(type, await client.create(type, object, options)),
      update: async (type, object, options) => note(type, await client.update(type, object, options)),
      patch: async (type, ref, patch, options) => note(type, await client.patch(type, ref, patch, options)),
      delete: async (type, ref, options) => note(type, await client.delete(type, ref, options)),
      createSubresource: (type, ref, subresource, body) =>
        client.createSubresource(type, ref, subresource, body),
      as: (identity) => this.#remembering(client.as(identity)),
    };
  }
}

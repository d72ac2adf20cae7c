import { isStatusError } from '../../apimachinery/errors.ts';
import { type KubernetesObject, keyOf, objectKey, uidOf } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Client, ObjectRef } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import type { Informers } from '../../client/informers.ts';

/** An object that is gone but that a cache may still hold. */
interface Removal {
  readonly informer: Informer<KubernetesObject>;
  readonly key: string;
  readonly uid: string;
}

/**
 * The client that a controller writes through. It remembers what was written, so that the loop can wait for the caches to show it: a
 * controller never acts on a cache older than its own writes (KEP-5647's problem). Only caches that somebody follows are waited for.
 */
export class OwnWrites {
  readonly client: Client;
  readonly #plain: Client;
  readonly #informers: Informers;
  readonly #newest = new Map<ResourceType, number>();
  readonly #removals: Removal[] = [];
  /** Collections of which a write failed without saying whether it took effect: an answer was lost, or a server fell. */
  readonly #unsure = new Set<ResourceType>();

  constructor(client: Client, informers: Informers) {
    this.#plain = client;
    this.#informers = informers;
    this.client = this.#remembering(client);
  }

  /** Resolves when every cache shows what was written. Throws when that cannot be found out now. */
  async seen(): Promise<void> {
    for (const type of this.#unsure) {
      await this.#ascertain(type);
      this.#unsure.delete(type);
    }
    for (const [type, revision] of this.#newest) {
      await this.#informers.existing(type)?.reached(revision);
      this.#newest.delete(type);
    }
    for (const removal of this.#removals.splice(0)) await shown(removal);
  }

  /** Whether every cache is known to show what was written. */
  get areSeen(): boolean {
    if (this.#unsure.size > 0) return false;
    for (const [type, revision] of this.#newest)
      if ((this.#informers.existing(type)?.revision ?? revision) < revision) return false;
    return !this.#removals.some(isHeld);
  }

  /** What stands in the collection now may be ours, and what is missing from it may be our doing. */
  async #ascertain(type: ResourceType): Promise<void> {
    const informer = this.#informers.existing(type);
    if (!informer) return;
    const { items, resourceVersion } = await this.#plain.list(type);
    for (const item of items) this.#noteVersion(type, item);
    const present = new Set(items.map(uidOf));
    for (const cached of informer.list()) {
      const isOlder = Number(cached.metadata.resourceVersion) <= Number(resourceVersion);
      if (isOlder && !present.has(uidOf(cached)))
        this.#removals.push({ informer, key: keyOf(cached), uid: uidOf(cached) });
    }
  }

  #noteVersion(type: ResourceType, written: KubernetesObject): void {
    const revision = Number(written.metadata.resourceVersion ?? 0);
    if (revision > (this.#newest.get(type) ?? 0)) this.#newest.set(type, revision);
  }

  #noteRemoval(type: ResourceType, { name, namespace }: ObjectRef): void {
    const informer = this.#informers.existing(type);
    const key = objectKey(namespace, name);
    const cached = informer?.get(key);
    if (informer && cached) this.#removals.push({ informer, key, uid: uidOf(cached) });
  }

  async #noted<T extends KubernetesObject>(type: ResourceType<T>, request: Promise<T>): Promise<T> {
    const written = await this.#sure(type, request);
    this.#noteVersion(type, written);
    return written;
  }

  async #sure<T>(type: ResourceType, request: Promise<T>): Promise<T> {
    try {
      return await request;
    } catch (error) {
      if (!isRefusal(error)) this.#unsure.add(type);
      throw error;
    }
  }

  #remembering(client: Client): Client {
    return {
      get: (type, ref) => client.get(type, ref),
      list: (type, options) => client.list(type, options),
      watch: (type, options, handler) => client.watch(type, options, handler),
      create: (type, object, options) => this.#noted(type, client.create(type, object, options)),
      update: (type, object, options) => this.#noted(type, client.update(type, object, options)),
      patch: (type, ref, patch, options) => this.#noted(type, client.patch(type, ref, patch, options)),
      delete: async (type, ref, options) => {
        const left = await this.#sure(type, client.delete(type, ref, options));
        if (left) this.#noteVersion(type, left);
        else this.#noteRemoval(type, ref);
        return left;
      },
      // What a subresource answers is not the object: whether it changed is found out.
      createSubresource: (type, ref, subresource, body) => {
        this.#unsure.add(type);
        return client.createSubresource(type, ref, subresource, body);
      },
      as: (identity) => this.#remembering(client.as(identity)),
    };
  }
}

/** The server said no, so nothing was written. */
const isRefusal = (error: unknown) => isStatusError(error) && error.code < 500;

const isHeld = ({ informer, key, uid }: Removal): boolean => informer.get(key)?.metadata.uid === uid;

async function shown(removal: Removal): Promise<void> {
  const { informer } = removal;
  while (isHeld(removal)) {
    const nextChange = informer.reached(informer.revision + 1);
    if (!nextChange) return;
    await nextChange;
  }
}

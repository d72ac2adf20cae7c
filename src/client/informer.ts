import { isStatusError } from '../apimachinery/errors.ts';
import { type KubernetesObject, keyOf, type ObjectKey } from '../apimachinery/object.ts';
import type { ResourceType } from '../apimachinery/resourceType.ts';
import type { Cancel, Clock } from '../clock/clock.ts';
import type { Client, ListRequest, WatchChange, WatchHandle } from './client.ts';
import { Index } from './informerIndex.ts';

/** `before` is absent when the object is new to the cache, `after` when it is gone. */
export interface Change<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** How long to wait before listing again after a failure, in milliseconds. Doubles up to the last. */
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 30_000;

/**
 * A cache of one collection, kept up to date by list and watch (client-go's shared informer). Objects in it are shared: never change them.
 * Handlers run synchronously, after the cache and its indexes have taken the change in.
 */
export class Informer<T extends KubernetesObject> {
  readonly type: ResourceType<T>;
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #filter: ListRequest;
  readonly #objects = new Map<ObjectKey, T>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #handlers = new Set<(change: Change<T>) => void>();
  readonly #waiting: { revision: number; resolve: () => void }[] = [];
  #revision = 0;
  #watch: WatchHandle | undefined;
  #retry: Cancel | undefined;
  #retryMs = FIRST_RETRY_MS;
  #synced = Promise.withResolvers<void>();
  #hasSynced = false;
  #running = false;

  constructor(client: Client, clock: Clock, type: ResourceType<T>, filter: ListRequest = {}) {
    this.type = type;
    this.#client = client;
    this.#clock = clock;
    this.#filter = filter;
  }

  /** Starts listing and watching. Resolves once the cache holds what the first list showed. */
  start(): Promise<void> {
    if (!this.#running) {
      this.#running = true;
      void this.#listAndWatch();
    }
    return this.#synced.promise;
  }

  stop(): void {
    this.#running = false;
    this.#watch?.stop();
    this.#retry?.();
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  /** Stops for good, because the collection is gone with all that it held. */
  end(): void {
    this.stop();
    this.#replaceAll([]);
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** The newest `resourceVersion` that the cache has taken in. */
  get revision(): number {
    return this.#revision;
  }

  /** Resolves when the cache has seen this version; undefined when it has already. */
  reached(revision: number): Promise<void> | undefined {
    if (revision <= this.#revision || !this.#running) return undefined;
    return new Promise((resolve) => this.#waiting.push({ revision, resolve }));
  }

  get(key: ObjectKey): T | undefined {
    return this.#objects.get(key);
  }

  list(): T[] {
    return [...this.#objects.values()];
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Names the values by which `byIndex` finds an object. Naming an index twice is fine if it is the same one. */
  addIndex(name: string, valuesOf: (object: T) => readonly string[]): this {
    if (this.#indexes.has(name)) return this;
    const index = new Index(valuesOf);
    for (const [key, object] of this.#objects) index.replace(key, undefined, object);
    this.#indexes.set(name, index);
    return this;
  }

  byIndex(name: string, value: string): readonly T[] {
    const index = this.#indexes.get(name);
    if (!index) throw new Error(`Cannot look up ${this.type.plural} by "${name}": there is no such index`);
    return index.get(value);
  }

  /** Calls the handler for every change from now on, and at once for all that is in the cache. */
  onChange(handler: (change: Change<T>) => void): Cancel {
    this.#handlers.add(handler);
    for (const object of this.#objects.values()) handler({ before: undefined, after: object });
    return () => this.#handlers.delete(handler);
  }

  async #listAndWatch(): Promise<void> {
    try {
      const list = await this.#client.list(this.type, this.#filter);
      if (!this.#running) return;
      this.#replaceAll(list.items);
      this.#moveTo(Number(list.resourceVersion));
      this.#hasSynced = true;
      this.#synced.resolve();
      this.#startWatch();
    } catch {
      this.#startAgainLater();
    }
  }

  #startWatch(): void {
    this.#watch = this.#client.watch(
      this.type,
      { ...this.#filter, resourceVersion: String(this.#revision) },
      { onChanges: (changes) => this.#take(changes), onEnd: (error) => this.#watchEnded(error) },
    );
  }

  #watchEnded(error: Error | undefined): void {
    if (!this.#running) return;
    if (!error) this.#startWatch();
    else if (isStatusError(error, 'Expired', 'Gone')) void this.#listAndWatch();
    else this.#startAgainLater();
  }

  #startAgainLater(): void {
    if (!this.#running) return;
    this.#retry = this.#clock.callIn(this.#retryMs, () => void this.#listAndWatch());
    this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
  }

  #take(changes: readonly WatchChange<T>[]): void {
    this.#retryMs = FIRST_RETRY_MS;
    for (const change of changes) {
      if (change.type === 'BOOKMARK') {
        this.#moveTo(Number(change.resourceVersion));
        continue;
      }
      const key = keyOf(change.object);
      if (change.type === 'DELETED') this.#remove(key);
      else this.#set(key, change.object);
      this.#moveTo(Number(change.object.metadata.resourceVersion));
    }
  }

  #replaceAll(items: readonly T[]): void {
    const gone = new Set(this.#objects.keys());
    for (const item of items) {
      const key = keyOf(item);
      gone.delete(key);
      const before = this.#objects.get(key);
      if (before?.metadata.resourceVersion !== item.metadata.resourceVersion) this.#set(key, item);
    }
    for (const key of gone) this.#remove(key);
  }

  #set(key: ObjectKey, after: T): void {
    const before = this.#objects.get(key);
    this.#objects.set(key, after);
    this.#changed(key, before, after);
  }

  #remove(key: ObjectKey): void {
    const before = this.#objects.get(key);
    if (!before) return;
    this.#objects.delete(key);
    this.#changed(key, before, undefined);
  }

  #changed(key: ObjectKey, before: T | undefined, after: T | undefined): void {
    for (const index of this.#indexes.values()) index.replace(key, before, after);
    for (const handler of this.#handlers) handler({ before, after });
  }

  #moveTo(revision: number): void {
    if (!(revision > this.#revision)) return;
    this.#revision = revision;
    if (this.#waiting.length === 0) return;
    const ready = this.#waiting.filter((waiter) => waiter.revision <= revision);
    for (const waiter of ready) {
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      waiter.resolve();
    }
  }
}

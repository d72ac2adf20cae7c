import type { KubernetesObject } from '../apimachinery/object.ts';

/** A number that every committed change increases by one: what clients see as `resourceVersion`. */
export type Revision = number;

/**
 * One object at one revision. `object` is frozen and carries `metadata.resourceVersion`; `json` is its text, made once and
 * shared by every reader. Neither is ever copied on the way out.
 */
export interface Stored<T extends KubernetesObject = KubernetesObject> {
  readonly key: string;
  readonly revision: Revision;
  readonly createRevision: Revision;
  readonly object: T;
  readonly json: string;
}

/**
 * One committed change. `stored` is absent when the key was deleted; `previous` when it was created. Of a deletion, `deleted` is
 * what the key last held, stamped with the revision of its deletion: what clients see, and what `delete` resolves to.
 */
export interface StoreEvent {
  readonly key: string;
  readonly revision: Revision;
  readonly stored?: Stored | undefined;
  readonly previous?: Stored | undefined;
  readonly deleted?: Stored | undefined;
}

export interface ListOptions {
  /** Only keys after this one, in byte order. */
  after?: string;
  limit?: number;
  /** The state as it was at this revision. Throws `CompactedError` if that is gone, and a `RangeError` if it is still to come. */
  at?: Revision;
}

export interface ListResult {
  readonly items: readonly Stored[];
  /** The revision that the list shows. */
  readonly revision: Revision;
  /** How many matching keys lie behind the last item. */
  readonly remaining: number;
}

/**
 * What must hold for a write to happen: the key is at this revision, where 0 means that it does not exist, and undefined
 * asks nothing.
 */
export type Expected = Revision | undefined;

/**
 * Keys, values and their whole history by revision, as etcd keeps them.
 *
 * Keys look like paths (`/pods/default/web`) and prefixes end in `/`. Reads and watches are served from memory and show only what
 * is committed. A write's promise resolves once the change is on disk *and* visible to readers here; the checks of `expected` are
 * made against the newest accepted state, so two writers of one process never both win. Events reach every watcher in
 * revision order.
 */
export interface Store {
  /** The newest committed revision. */
  readonly revision: Revision;
  /** Everything older than this has been compacted; a watch can start at it or later. */
  readonly compactedRevision: Revision;

  /** Resolves when all that anyone had committed before this call is visible to `get` and `list` here. Free for a store of one process. */
  readBarrier(): Promise<void> | undefined;
  get(key: string): Stored | undefined;
  list(prefix: string, options?: ListOptions): ListResult;
  /** How many keys have this prefix. */
  count(prefix: string): number;

  /**
   * Writes the object under the key, stamping `metadata.resourceVersion`. The store takes the object over and freezes it: the
   * caller gives up its only reference. Rejects with `ConflictError` when `expected` does not hold, once the reason is visible here.
   */
  put(key: string, object: KubernetesObject, expected: Expected): Promise<Stored>;
  /** Removes the key and resolves to what it last held, at the revision of its deletion; undefined when there was nothing (and nothing was expected). */
  delete(key: string, expected: Expected): Promise<Stored | undefined>;

  /**
   * Sends every event of keys under `prefix` with a revision greater than `from`, first those of the past (before `watch` returns), then
   * each as it is committed. Events of one commit batch arrive together. Throws `CompactedError` when `from` is older than `compactedRevision`.
   * `onEvents` is called synchronously and must not throw.
   */
  watch(prefix: string, from: Revision, onEvents: (events: readonly StoreEvent[]) => void): StoreWatch;
  /** Forgets all history before `revision`, which must not lie in the future (`RangeError`). */
  compact(revision: Revision): Promise<void>;
  /** Waits for writes under way, then closes. Later writes reject; watches hear no more. */
  close(): Promise<void>;
}

export interface StoreWatch {
  stop(): void;
}

/** The key was not at the expected revision. `actual` is what it held instead. */
export class ConflictError extends Error {
  readonly actual: Stored | undefined;
  constructor(key: string, actual: Stored | undefined) {
    super(`Cannot write "${key}": it is at revision ${actual?.revision ?? 0}`);
    this.name = 'ConflictError';
    this.actual = actual;
  }
}

/**
 * The store cannot do what was asked: it is closed, its disk failed, or its etcd cannot be reached. A write that fails so may or may not
 * have happened; what readers have seen is never lost.
 */
export class StoreUnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnavailableError';
  }
}

/** There is no room for a write. It has not happened, and the next may succeed once somebody has made room. */
export class StoreFullError extends StoreUnavailableError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreFullError';
  }
}

/** The history that was asked for has been compacted away. */
export class CompactedError extends Error {
  readonly requested: Revision;
  readonly compacted: Revision;
  constructor(requested: Revision, compacted: Revision) {
    super(`Cannot read revision ${requested}: history starts at ${compacted}`);
    this.name = 'CompactedError';
    this.requested = requested;
    this.compacted = compacted;
  }
}

import type { KubernetesObject } from '../apimachinery/object.ts';
import type { History } from './history.ts';
import {
  ConflictError,
  type Expected,
  type ListOptions,
  type ListResult,
  type Revision,
  type Store,
  type Stored,
  type StoreEvent,
  StoreFullError,
  StoreUnavailableError,
  type StoreWatch,
} from './store.ts';
import { Version } from './version.ts';
import type { OnEvents } from './watchers.ts';

/** Where changes go to survive. Undefined instead of a promise means: nothing to wait for. */
export interface Journal {
  /** What the journal is, for messages: a file's path. */
  readonly name: string;
  /**
   * One turn of the process. Who writes in it shares the first commit after a rest, and the news of a large commit leave in it. None
   * unless given.
   */
  gather?(): Promise<void>;
  /** Throws for what it could not keep, such as a cycle, while it is still one write's own trouble. */
  check?(stored: Stored): void;
  /**
   * Resolves when all these changes would survive a crash. Called again only after that. Rejects with a `NothingWrittenError` when
   * none of them would; after any other error that is uncertain.
   */
  append(events: readonly StoreEvent[]): Promise<void> | undefined;
  /** Makes `revision` the oldest that a later opening knows; `events` are those that led to it since the last compaction. */
  compact(revision: Revision, events: readonly StoreEvent[]): Promise<void> | undefined;
  close(): Promise<void> | undefined;
}

/** A commit failed without a trace: for want of room, for instance. Another may succeed. */
export class NothingWrittenError extends Error {}

/** A change that has its revision, but is not yet durable and so not yet visible. */
interface Accepted {
  readonly event: StoreEvent;
  readonly committed: PromiseWithResolvers<void>;
}

/** How many changes share one commit at most: no writer waits for an endless batch. */
const MAX_BATCH = 1_000;
/** From so many changes on, what their writers do next would hold the news of them up. */
const LARGE_BATCH = 16;

/**
 * The store of one process over a journal of its own. A write is accepted at once, against the newest accepted state, and visible
 * once its batch is durable. All that is accepted while a batch is under way forms the next one (group commit).
 */
export class JournaledStore implements Store {
  readonly #history: History;
  readonly #journal: Journal;
  /** The newest revision given out. */
  #accepted: Revision;
  /** The newest change under way of each key that has one. */
  readonly #underWay = new Map<string, Accepted>();
  #queue: Accepted[] = [];
  #flushing: Promise<void> | undefined;
  #unavailable: StoreUnavailableError | undefined;
  #lastProblem: string | undefined;
  #closing: Promise<void> | undefined;

  constructor(history: History, journal: Journal) {
    this.#history = history;
    this.#journal = journal;
    this.#accepted = history.revision;
  }

  get revision(): Revision {
    return this.#history.revision;
  }

  get compactedRevision(): Revision {
    return this.#history.compactedRevision;
  }

  /** Why the last commit failed; undefined when it did not. */
  get problem(): string | undefined {
    return this.#lastProblem;
  }

  /** Resolves when what is being committed now is on disk; undefined when nothing is. */
  get committing(): Promise<void> | undefined {
    return this.#flushing;
  }

  readBarrier(): undefined {
    return undefined;
  }

  get(key: string): Stored | undefined {
    return this.#history.get(key);
  }

  list(prefix: string, options?: ListOptions): ListResult {
    return this.#history.list(prefix, options);
  }

  count(prefix: string): number {
    return this.#history.count(prefix);
  }

  watch(prefix: string, from: Revision, onEvents: OnEvents): StoreWatch {
    return this.#history.watch(prefix, from, onEvents);
  }

  async put(key: string, object: KubernetesObject, expected: Expected): Promise<Stored> {
    this.#checkAvailable();
    const previous = this.#newest(key);
    if (!holds(expected, previous)) return this.#conflict(key, previous);
    const revision = this.#accepted + 1;
    const stored = Version.written(key, revision, previous?.createRevision ?? revision, object);
    this.#journal.check?.(stored);
    await this.#accept({ key, revision, stored, previous });
    return stored;
  }

  async delete(key: string, expected: Expected): Promise<Stored | undefined> {
    this.#checkAvailable();
    const previous = this.#newest(key);
    if (!holds(expected, previous)) return this.#conflict(key, previous);
    if (!previous) return this.#absent(key);
    const revision = this.#accepted + 1;
    const deleted = Version.restamped(previous, revision);
    await this.#accept({ key, revision, previous, deleted });
    return deleted;
  }

  async compact(revision: Revision): Promise<void> {
    this.#checkAvailable();
    const forgotten = this.#history.compact(revision);
    if (forgotten.length > 0) await this.#journal.compact(revision, forgotten);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** What the key holds once everything accepted is committed. */
  #newest(key: string): Stored | undefined {
    const accepted = this.#underWay.get(key);
    return accepted ? accepted.event.stored : this.#history.get(key);
  }

  /** The writer will look at what stood in its way, so that must be visible (and durable) before it hears of it. */
  async #conflict(key: string, actual: Stored | undefined): Promise<never> {
    await this.#underWay.get(key)?.committed.promise;
    throw new ConflictError(key, actual);
  }

  async #absent(key: string): Promise<undefined> {
    await this.#underWay.get(key)?.committed.promise;
  }

  #accept(event: StoreEvent): Promise<void> {
    const accepted = { event, committed: Promise.withResolvers<void>() };
    this.#accepted = event.revision;
    this.#underWay.set(event.key, accepted);
    this.#queue.push(accepted);
    // Not before this turn's other writers have joined the batch.
    this.#flushing ??= this.#flush();
    return accepted.committed.promise;
  }

  async #flush(): Promise<void> {
    await this.#journal.gather?.();
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, MAX_BATCH);
      try {
        const appending = this.#journal.append(batch.map(({ event }) => event));
        if (appending) await appending;
      } catch (error) {
        this.#fail(batch, error as Error);
        continue;
      }
      this.#lastProblem = undefined;
      this.#publish(batch);
      // The news of a large batch leave for the network before all its writers take the processor at once.
      if (batch.length >= LARGE_BATCH) await this.#journal.gather?.();
      for (const { committed } of batch) committed.resolve();
    }
    this.#flushing = undefined;
  }

  #publish(batch: readonly Accepted[]): void {
    for (const accepted of batch) {
      const { key } = accepted.event;
      if (this.#underWay.get(key) === accepted) this.#underWay.delete(key);
    }
    this.#history.apply(batch.map(({ event }) => event));
  }

  /**
   * What was accepted meanwhile was checked against the changes that failed, so it fails with them. When it is uncertain what is on disk,
   * going on could only diverge from it; else the present is what it was.
   */
  #fail(batch: readonly Accepted[], cause: Error): void {
    const failed = [...batch, ...this.#queue];
    this.#queue = [];
    this.#underWay.clear();
    this.#accepted = this.#history.revision;
    this.#lastProblem = `Cannot write to ${this.#journal.name}: ${cause.message}`;
    const error =
      cause instanceof NothingWrittenError
        ? new StoreFullError(this.#lastProblem, { cause })
        : new StoreUnavailableError(`${this.#lastProblem}; the store takes no more writes`, { cause });
    if (!(error instanceof StoreFullError)) this.#unavailable = error;
    for (const { committed } of failed) committed.reject(error);
  }

  #checkAvailable(): void {
    if (this.#unavailable) throw this.#unavailable;
    if (this.#closing) throw new StoreUnavailableError(`Cannot write to ${this.#journal.name}: it is closed`);
  }

  async #close(): Promise<void> {
    await this.#flushing;
    this.#history.close();
    await this.#journal.close();
  }
}

/** Whether a write that expects this may replace what is there. */
const holds = (expected: Expected, actual: Stored | undefined): boolean =>
  expected === undefined || expected === (actual?.revision ?? 0);

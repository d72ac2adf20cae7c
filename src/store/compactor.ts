import type { Cancel, Clock, Ms } from '../clock/clock.ts';
import type { Revision, Store, StoreEvent, StoreWatch } from './store.ts';
import { Version } from './version.ts';

export interface CompactorOptions {
  /** How long a change stays in history at least, unless history grows beyond `maxSize`. Five minutes, as upstream's API server keeps. */
  readonly retentionMs?: number;
  /** How much text the superseded objects of history may hold, in characters. When it is more, the older half goes early. */
  readonly maxSize?: number;
  /** Told when a compaction failed. The next one makes up for it. */
  readonly onError?: (error: Error) => void;
}

const RETENTION_MS = 5 * 60_000;
const MAX_SIZE = 64 * 1024 * 1024;

/** The changes of one stretch of time. They are forgotten together. */
interface Stretch {
  readonly start: Ms;
  end: Ms;
  /** The newest revision of the stretch. */
  revision: Revision;
  /** How much text its changes superseded. */
  size: number;
}

/**
 * Forgets the history that is old, and more of it when it grows too large: watches that have fallen so far behind get 410 and list anew.
 * While nothing changes it does nothing, not even wake up.
 */
export class Compactor {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #retentionMs: number;
  readonly #maxSize: number;
  readonly #onError: (error: Error) => void;
  readonly #watch: StoreWatch;
  /** Oldest first. */
  readonly #stretches: Stretch[] = [];
  #size = 0;
  #cancelTimer: Cancel | undefined;

  /** Starts at once, also over what the store already remembers: nobody knows how old that is, so it counts as new. */
  constructor(store: Store, clock: Clock, options: CompactorOptions = {}) {
    this.#store = store;
    this.#clock = clock;
    this.#retentionMs = options.retentionMs ?? RETENTION_MS;
    this.#maxSize = options.maxSize ?? MAX_SIZE;
    this.#onError = options.onError ?? (() => {});
    this.#watch = store.watch('/', store.compactedRevision, (events) => this.#note(events));
  }

  stop(): void {
    this.#watch.stop();
    this.#cancelTimer?.();
  }

  #note(events: readonly StoreEvent[]): void {
    for (const { revision, previous } of events)
      this.#extend(revision, previous ? Version.lengthOf(previous) : 0);
    if (this.#size > this.#maxSize) this.#shrink();
    this.#arm();
  }

  /** A stretch is short and small beside what is kept, so that forgetting whole ones is precise enough. */
  #extend(revision: Revision, size: number): void {
    const now = this.#clock.elapsed();
    this.#size += size;
    const last = this.#stretches.at(-1);
    if (last && now - last.start < this.#retentionMs / 10 && last.size < this.#maxSize / 10) {
      last.end = now;
      last.revision = revision;
      last.size += size;
    } else this.#stretches.push({ start: now, end: now, revision, size });
  }

  #shrink(): void {
    let forgotten: Stretch | undefined;
    while (this.#size > this.#maxSize / 2 && this.#stretches.length > 0) forgotten = this.#forgetOldest();
    if (forgotten) this.#compact(forgotten.revision);
  }

  #arm(): void {
    const oldest = this.#stretches[0];
    if (!oldest || this.#cancelTimer) return;
    // A stretch that grows until then goes later: it is as young as its last change.
    const waitMs = oldest.end + this.#retentionMs - this.#clock.elapsed();
    this.#cancelTimer = this.#clock.callIn(waitMs, () => {
      this.#cancelTimer = undefined;
      this.#compactOld();
      this.#arm();
    });
  }

  #compactOld(): void {
    const newestToForget = this.#clock.elapsed() - this.#retentionMs;
    let forgotten: Stretch | undefined;
    while (this.#stretches[0] && this.#stretches[0].end <= newestToForget) forgotten = this.#forgetOldest();
    if (forgotten) this.#compact(forgotten.revision);
  }

  #forgetOldest(): Stretch | undefined {
    const oldest = this.#stretches.shift();
    this.#size -= oldest?.size ?? 0;
    return oldest;
  }

  #compact(revision: Revision): void {
    this.#store.compact(revision).catch(this.#onError);
  }
}

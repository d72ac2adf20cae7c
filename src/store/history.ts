import { EventLog } from './eventLog.ts';
import { SortedMap } from './sortedMap.ts';
import {
  CompactedError,
  type ListOptions,
  type ListResult,
  type Revision,
  type Stored,
  type StoreEvent,
  type StoreWatch,
} from './store.ts';
import { type OnEvents, Watchers } from './watchers.ts';

/** All that is committed, as readers see it: the present, the changes that led to it, and who watches. Every store keeps one. */
export class History {
  readonly #present = new SortedMap<Stored>();
  readonly #log = new EventLog();
  readonly #watchers = new Watchers();
  #revision: Revision;
  #compactedRevision: Revision;

  constructor(revision: Revision, compactedRevision: Revision) {
    this.#revision = revision;
    this.#compactedRevision = compactedRevision;
  }

  get revision(): Revision {
    return this.#revision;
  }

  get compactedRevision(): Revision {
    return this.#compactedRevision;
  }

  get(key: string): Stored | undefined {
    return this.#present.get(key);
  }

  count(prefix: string): number {
    return this.#present.count(prefix, endOf(prefix));
  }

  list(prefix: string, { after, limit, at = this.#revision }: ListOptions = {}): ListResult {
    this.#checkReadable(at);
    const start = after === undefined || after < prefix ? prefix : justAfter(after);
    const { items, total } = this.#rangeAt(at, start, endOf(prefix), limit);
    return { items, revision: at, remaining: total - items.length };
  }

  watch(prefix: string, from: Revision, onEvents: OnEvents): StoreWatch {
    if (!prefix.endsWith('/')) throw new Error(`Cannot watch "${prefix}": a prefix ends in "/"`);
    if (from < this.#compactedRevision) throw new CompactedError(from, this.#compactedRevision);
    const past = this.#log.after(from).filter((event) => event.key.startsWith(prefix));
    const watch = this.#watchers.add(prefix, Math.max(from, this.#revision), onEvents);
    if (past.length > 0) onEvents(past);
    return watch;
  }

  /** The event that made this revision, while history remembers it. */
  eventAt(revision: Revision): StoreEvent | undefined {
    return this.#log.at(revision);
  }

  /** Says that nothing happened up to this revision but what was applied. */
  advanceTo(revision: Revision): void {
    this.#revision = Math.max(this.#revision, revision);
  }

  /** Makes changes visible, oldest first, and tells the watchers. */
  apply(events: readonly StoreEvent[]): void {
    for (const event of events) {
      if (event.stored) this.#present.set(event.stored);
      else this.#present.delete(event.key);
      this.#log.append(event);
      this.#revision = event.revision;
    }
    this.#watchers.dispatch(events);
  }

  /** Forgets how the state at `revision` came about, and returns the events that led there. */
  compact(revision: Revision): StoreEvent[] {
    if (revision > this.#revision) throw futureRevision(revision, this.#revision);
    if (revision <= this.#compactedRevision) return [];
    this.#compactedRevision = revision;
    return this.#log.forget(revision);
  }

  /** No watcher hears anything any more. */
  close(): void {
    this.#watchers.stopAll();
  }

  #checkReadable(revision: Revision): void {
    if (revision < this.#compactedRevision) throw new CompactedError(revision, this.#compactedRevision);
    if (revision > this.#revision) throw futureRevision(revision, this.#revision);
  }

  /** Up to `limit` items with `start` ≤ key < `end` as they were at a revision, and how many there were in all. */
  #rangeAt(at: Revision, start: string, end: string, limit = Number.POSITIVE_INFINITY) {
    const undone = this.#before(at, start, end);
    let total = this.#present.count(start, end);
    if (undone.size === 0) return { items: this.#present.range(start, end, limit), total };
    // Undoing removes at most `undone.size` of the present items, so no more than these can be needed.
    const present = this.#present.range(start, end, limit + undone.size);
    for (const [key, stored] of undone)
      total += Number(stored !== undefined) - Number(this.#present.get(key) !== undefined);
    const items = present.filter(({ key }) => !undone.has(key));
    for (const stored of undone.values()) if (stored) items.push(stored);
    items.sort((a, b) => (a.key < b.key ? -1 : 1));
    return { items: items.slice(0, limit), total };
  }

  /** What the keys that changed after a revision held at it. */
  #before(at: Revision, start: string, end: string): Map<string, Stored | undefined> {
    const before = new Map<string, Stored | undefined>();
    if (at === this.#revision) return before;
    for (const { key, previous } of this.#log.after(at)) {
      if (key >= start && key < end && !before.has(key)) before.set(key, previous);
    }
    return before;
  }
}

/** The first key behind all keys of a prefix. */
const endOf = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);

/** The smallest key that is greater. */
const justAfter = (key: string): string => `${key}\0`;

const futureRevision = (asked: Revision, newest: Revision) =>
  new RangeError(`Cannot go to revision ${asked}: the newest is ${newest}`);

import type { Revision, StoreEvent, StoreWatch } from './store.ts';

export type OnEvents = (events: readonly StoreEvent[]) => void;

/** Places come with every namespace, and do not tell when they go. */
const MOST_PLACES = 10_000;

/** Who watches which prefix. An event finds its watchers through the few prefixes of its key, however many others watch. */
export class Watchers {
  readonly #byPrefix = new Map<string, Set<Watcher>>();
  /** By the part of a key before its last name; found when first asked for, and anew when prefixes come or go. */
  readonly #byPlace = new Map<string, readonly Set<Watcher>[]>();

  /** `seen` is the revision up to which this watcher knows everything. */
  add(prefix: string, seen: Revision, onEvents: OnEvents): StoreWatch {
    const watchers = this.#byPrefix.getOrInsertComputed(prefix, () => {
      this.#byPlace.clear();
      return new Set();
    });
    const watcher = new Watcher(seen, onEvents);
    watchers.add(watcher);
    return {
      stop: () => {
        watcher.stop();
        watchers.delete(watcher);
        if (watchers.size > 0 || this.#byPrefix.get(prefix) !== watchers) return;
        this.#byPrefix.delete(prefix);
        this.#byPlace.clear();
      },
    };
  }

  /** Hands out the events of one batch. Watchers of one prefix share one list. */
  dispatch(events: readonly StoreEvent[]): void {
    if (this.#byPrefix.size === 0) return;
    for (const [watchers, matching] of this.#byWatchers(events))
      for (const watcher of watchers) watcher.send(matching);
  }

  stopAll(): void {
    for (const watchers of this.#byPrefix.values()) for (const watcher of watchers) watcher.stop();
    this.#byPrefix.clear();
    this.#byPlace.clear();
  }

  /** Most batches are of one event: it needs no gathering. */
  #byWatchers(events: readonly StoreEvent[]): Iterable<[Set<Watcher>, readonly StoreEvent[]]> {
    if (events.length === 1) return this.#watchersOf(events[0]!).map((watchers) => [watchers, events]);
    const found = new Map<Set<Watcher>, StoreEvent[]>();
    for (const event of events)
      for (const watchers of this.#watchersOf(event))
        found.getOrInsertComputed(watchers, () => []).push(event);
    return found;
  }

  /** Those of every watched prefix of the key, which is known by where the key lies. */
  #watchersOf({ key }: StoreEvent): readonly Set<Watcher>[] {
    const place = key.slice(0, key.lastIndexOf('/') + 1);
    if (this.#byPlace.size > MOST_PLACES) this.#byPlace.clear();
    return this.#byPlace.getOrInsertComputed(place, () => this.#findWatchers(place));
  }

  #findWatchers(place: string): Set<Watcher>[] {
    const found: Set<Watcher>[] = [];
    for (let slash = place.indexOf('/'); slash >= 0; slash = place.indexOf('/', slash + 1)) {
      const watchers = this.#byPrefix.get(place.slice(0, slash + 1));
      if (watchers) found.push(watchers);
    }
    return found;
  }
}

class Watcher {
  #seen: Revision;
  readonly #onEvents: OnEvents;
  #isStopped = false;

  constructor(seen: Revision, onEvents: OnEvents) {
    this.#seen = seen;
    this.#onEvents = onEvents;
  }

  send(events: readonly StoreEvent[]): void {
    // One that began while this batch was handed out has it already, as its past.
    const fresh = events[0]!.revision > this.#seen ? events : events.filter((e) => e.revision > this.#seen);
    const last = fresh.at(-1);
    if (!last || this.#isStopped) return;
    this.#seen = last.revision;
    this.#onEvents(fresh);
  }

  stop(): void {
    this.#isStopped = true;
  }
}

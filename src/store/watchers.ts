import type { Revision, StoreEvent, StoreWatch } from './store.ts';

export type OnEvents = (events: readonly StoreEvent[]) => void;

/** Who watches which prefix. An event finds its watchers through the few prefixes of its key, however many others watch. */
export class Watchers {
  readonly #byPrefix = new Map<string, Set<Watcher>>();

  /** `seen` is the revision up to which this watcher knows everything. */
  add(prefix: string, seen: Revision, onEvents: OnEvents): StoreWatch {
    const watchers = this.#byPrefix.getOrInsertComputed(prefix, () => new Set());
    const watcher = new Watcher(seen, onEvents);
    watchers.add(watcher);
    return {
      stop: () => {
        watcher.stop();
        watchers.delete(watcher);
        if (watchers.size === 0 && this.#byPrefix.get(prefix) === watchers) this.#byPrefix.delete(prefix);
      },
    };
  }

  /** Hands out the events of one batch. Watchers of one prefix share one list. */
  dispatch(events: readonly StoreEvent[]): void {
    if (this.#byPrefix.size === 0) return;
    for (const [prefix, matching] of this.#byWatchedPrefix(events)) {
      for (const watcher of this.#byPrefix.get(prefix) ?? []) watcher.send(matching);
    }
  }

  stopAll(): void {
    for (const watchers of this.#byPrefix.values()) for (const watcher of watchers) watcher.stop();
    this.#byPrefix.clear();
  }

  #byWatchedPrefix(events: readonly StoreEvent[]): Map<string, StoreEvent[]> {
    const found = new Map<string, StoreEvent[]>();
    for (const event of events) {
      for (let slash = event.key.indexOf('/'); slash >= 0; slash = event.key.indexOf('/', slash + 1)) {
        const prefix = event.key.slice(0, slash + 1);
        if (this.#byPrefix.has(prefix)) found.getOrInsertComputed(prefix, () => []).push(event);
      }
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

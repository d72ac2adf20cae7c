import { firstIndex } from './sortedMap.ts';
import type { Revision, StoreEvent } from './store.ts';
import { Version } from './version.ts';

/** How many of the newest events keep the objects that they superseded, for watchers that are a little behind. */
const RECENT = 1_000;

/** The changes since the last compaction, in revision order. */
export class EventLog {
  readonly #events: StoreEvent[] = [];

  append(event: StoreEvent): void {
    this.#events.push(event);
    const older = this.#events.at(-1 - RECENT);
    Version.release(older?.previous);
    Version.release(older?.deleted);
  }

  /** The event that made this very revision. */
  at(revision: Revision): StoreEvent | undefined {
    const event = this.#events[this.#firstAfter(revision - 1)];
    return event?.revision === revision ? event : undefined;
  }

  /** The events with a greater revision. */
  after(revision: Revision): StoreEvent[] {
    return this.#events.slice(this.#firstAfter(revision));
  }

  /** Forgets the events up to and including this revision, and returns them. */
  forget(revision: Revision): StoreEvent[] {
    return this.#events.splice(0, this.#firstAfter(revision));
  }

  #firstAfter(revision: Revision): number {
    return firstIndex(this.#events.length, (index) => this.#events[index]!.revision > revision);
  }
}

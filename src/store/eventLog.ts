import { firstIndex } from './sortedMap.ts';
import type { Revision, StoreEvent } from './store.ts';

/** The changes since the last compaction, in revision order. */
export class EventLog {
  readonly #events: StoreEvent[] = [];

  append(event: StoreEvent): void {
    this.#events.push(event);
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

import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Cancel } from '../../clock/clock.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Revision, Store, StoreEvent, StoreWatch } from '../../store/store.ts';
import { ResourceEvent, type Shown } from './resourceEvent.ts';
import { fieldOf, type Selection } from './selection.ts';
import { collectionPrefix } from './target.ts';

/** Called with changes that were committed together. */
export type OnShown = (changes: readonly Shown[]) => void;

interface Watcher {
  readonly selection: Selection;
  readonly onShown: OnShown;
  /** Everything up to here it knows already. */
  readonly from: Revision;
  readonly onEnd: (() => void) | undefined;
}

/** The fields by which a watcher is found at once; a thousand node agents each watch one `spec.nodeName`. */
const INDEXED_FIELDS = ['metadata.name', 'spec.nodeName'];
const NAMESPACE = 'metadata.namespace';
/** What a watcher of a selection that names none of those is found by. */
const ANY = '';

/** The narrowest thing that is known of a watcher: that it wants only objects with this value in that field. */
interface Interest {
  readonly field: string;
  readonly value: string;
}

/**
 * Hands the changes of one collection to all its watchers. A change finds those that it concerns through an index, and what
 * they are shown is made once for all of them.
 */
export class WatchHub {
  readonly #store: Store;
  readonly #resource: Resource;
  /** Who watches the whole collection: they share one list of changes. */
  readonly #everything = new Set<Watcher>();
  /** Everyone else, by the field and the value of their interest. */
  readonly #byInterest = new Map<string, Map<string, Set<Watcher>>>();
  #source: StoreWatch | undefined;

  constructor(store: Store, resource: Resource) {
    this.#store = store;
    this.#resource = resource;
  }

  /** Sends every change after `from`: those of the past at once. Throws `CompactedError`. */
  watch(selection: Selection, from: Revision, onShown: OnShown, onEnd?: () => void): Cancel {
    const past = this.#past(from);
    const watcher = { selection, onShown, onEnd, from: Math.max(from, this.#store.revision) };
    const leave = this.#join(watcher);
    this.#source ??= this.#store.watch(collectionPrefix(this.#resource), this.#store.revision, (events) =>
      this.#dispatch(events.map((event) => new ResourceEvent(event))),
    );
    const shown = past
      .filter((event) => isWithin(selection, event))
      .flatMap((e) => e.shownTo(selection) ?? []);
    if (shown.length > 0) onShown(shown);
    return leave;
  }

  close(): void {
    this.#source?.stop();
  }

  /** Closes, and tells all watchers so. */
  end(): void {
    this.close();
    const byValue = [...this.#byInterest.values()].flatMap((groups) => [...groups.values()]);
    const watchers = [...this.#everything, ...byValue.flatMap((group) => [...group])];
    this.#everything.clear();
    this.#byInterest.clear();
    for (const { onEnd } of watchers) onEnd?.();
  }

  #past(from: Revision): ResourceEvent[] {
    const past: StoreEvent[] = [];
    if (from >= this.#store.revision) return [];
    const watch = this.#store.watch(collectionPrefix(this.#resource), from, (events) => past.push(...events));
    watch.stop();
    return past.map((event) => new ResourceEvent(event));
  }

  #join(watcher: Watcher): Cancel {
    const { selection } = watcher;
    if (selection.isWhole && !selection.namespace) {
      this.#everything.add(watcher);
      return () => this.#everything.delete(watcher);
    }
    const { field, value } = interestOf(selection);
    const byValue = this.#byInterest.getOrInsertComputed(field, () => new Map());
    const group = byValue.getOrInsertComputed(value, () => new Set());
    group.add(watcher);
    return () => {
      group.delete(watcher);
      if (group.size === 0 && byValue.get(value) === group) byValue.delete(value);
      if (byValue.size === 0 && this.#byInterest.get(field) === byValue) this.#byInterest.delete(field);
    };
  }

  #dispatch(events: readonly ResourceEvent[]): void {
    this.#sendToAll(events);
    if (this.#byInterest.size === 0) return;
    const outbox = new Map<Watcher, Shown[]>();
    for (const event of events) {
      for (const watcher of this.#interestedIn(event)) {
        if (event.revision <= watcher.from || !isWithin(watcher.selection, event)) continue;
        const shown = event.shownTo(watcher.selection);
        if (shown) outbox.getOrInsertComputed(watcher, () => []).push(shown);
      }
    }
    for (const [{ onShown }, shown] of outbox) onShown(shown);
  }

  /** Each once, though an object can move from one node to another. */
  *#interestedIn({ before, after }: ResourceEvent): Iterable<Watcher> {
    for (const [field, byValue] of this.#byInterest) {
      const first = before && this.#valueOf(before, field);
      const second = after && this.#valueOf(after, field);
      if (first !== undefined) yield* byValue.get(first) ?? [];
      if (second !== undefined && second !== first) yield* byValue.get(second) ?? [];
    }
  }

  #valueOf(object: KubernetesObject, field: string): string | undefined {
    return field === ANY ? ANY : fieldOf(this.#resource, object, field);
  }

  #sendToAll(events: readonly ResourceEvent[]): void {
    if (this.#everything.size === 0) return;
    const shown = events.map((event) => event.plain);
    const first = events[0]!.revision;
    for (const { from, onShown } of [...this.#everything]) {
      const fresh = first > from ? shown : shown.filter((_, index) => events[index]!.revision > from);
      if (fresh.length > 0) onShown(fresh);
    }
  }
}

function interestOf(selection: Selection): Interest {
  for (const field of INDEXED_FIELDS) {
    const value = selection.exactValue(field);
    if (value) return { field, value };
  }
  return selection.namespace ? { field: NAMESPACE, value: selection.namespace } : { field: ANY, value: ANY };
}

const isWithin = ({ namespace }: Selection, { before, after }: ResourceEvent): boolean =>
  !namespace || (after ?? before)!.metadata.namespace === namespace;

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
}

/** The fields by which a watcher is found at once; a thousand node agents each watch one `spec.nodeName`. */
const INDEXED_FIELDS = ['metadata.name', 'spec.nodeName'];

/**
 * Hands the changes of one collection to all its watchers. A change finds those that it concerns through an index, and what
 * they are shown is made once for all of them.
 */
export class WatchHub {
  readonly #store: Store;
  readonly #resource: Resource;
  /** Who watches the whole collection: they share one list of changes. */
  readonly #everything = new Set<Watcher>();
  /** Everyone else, by the narrowest thing that is known of them: `spec.nodeName=node01`, `namespace=default`, or ''. */
  readonly #byInterest = new Map<string, Set<Watcher>>();
  #source: StoreWatch | undefined;

  constructor(store: Store, resource: Resource) {
    this.#store = store;
    this.#resource = resource;
  }

  /** Sends every change after `from`: those of the past at once. Throws `CompactedError`. */
  watch(selection: Selection, from: Revision, onShown: OnShown): Cancel {
    const past = this.#past(from);
    const watcher = { selection, onShown, from: Math.max(from, this.#store.revision) };
    const group = this.#groupOf(selection);
    group.add(watcher);
    this.#source ??= this.#store.watch(collectionPrefix(this.#resource), this.#store.revision, (events) =>
      this.#dispatch(events.map((event) => new ResourceEvent(event))),
    );
    const shown = past
      .filter((event) => isWithin(selection, event))
      .flatMap((e) => e.shownTo(selection) ?? []);
    if (shown.length > 0) onShown(shown);
    return () => {
      group.delete(watcher);
      const interest = interestOf(selection);
      if (group.size === 0 && this.#byInterest.get(interest) === group) this.#byInterest.delete(interest);
    };
  }

  close(): void {
    this.#source?.stop();
  }

  #past(from: Revision): ResourceEvent[] {
    const past: StoreEvent[] = [];
    if (from >= this.#store.revision) return [];
    const watch = this.#store.watch(collectionPrefix(this.#resource), from, (events) => past.push(...events));
    watch.stop();
    return past.map((event) => new ResourceEvent(event));
  }

  #groupOf(selection: Selection): Set<Watcher> {
    if (selection.isWhole && !selection.namespace) return this.#everything;
    return this.#byInterest.getOrInsertComputed(interestOf(selection), () => new Set());
  }

  #dispatch(events: readonly ResourceEvent[]): void {
    this.#sendToAll(events);
    if (this.#byInterest.size === 0) return;
    const outbox = new Map<Watcher, Shown[]>();
    for (const event of events) {
      for (const interest of this.#interestsIn(event)) {
        for (const watcher of this.#byInterest.get(interest) ?? []) {
          if (event.revision <= watcher.from || !isWithin(watcher.selection, event)) continue;
          const shown = event.shownTo(watcher.selection);
          if (shown) outbox.getOrInsertComputed(watcher, () => []).push(shown);
        }
      }
    }
    for (const [{ onShown }, shown] of outbox) onShown(shown);
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

  /** What a watcher of this event may have named: each once, though an object can move from one node to another. */
  #interestsIn({ states }: ResourceEvent): Set<string> {
    const interests = new Set(['']);
    for (const object of states) {
      if (object.metadata.namespace) interests.add(`namespace=${object.metadata.namespace}`);
      for (const field of INDEXED_FIELDS) {
        const value = fieldOf(this.#resource, object, field);
        if (value) interests.add(`${field}=${value}`);
      }
    }
    return interests;
  }
}

function interestOf(selection: Selection): string {
  for (const field of INDEXED_FIELDS) {
    const value = selection.exactValue(field);
    if (value) return `${field}=${value}`;
  }
  return selection.namespace ? `namespace=${selection.namespace}` : '';
}

const isWithin = ({ namespace }: Selection, { states }: ResourceEvent): boolean =>
  !namespace || namespaceOf(states[0]!) === namespace;

const namespaceOf = ({ metadata }: KubernetesObject) => metadata.namespace;

import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Revision, Stored, StoreEvent } from '../../store/store.ts';
import type { Selection } from './selection.ts';

/** One change as a watcher is shown it. Made once for all who are shown the same. */
export class Shown {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly stored: Stored;
  readonly #encoded = new Map<EventEncoding, Buffer>();

  constructor(type: Shown['type'], stored: Stored) {
    this.type = type;
    this.stored = stored;
  }

  get object(): KubernetesObject {
    return this.stored.object;
  }

  /** The bytes of this change in a watch's answer, made when first asked for. */
  encoded(encoding: EventEncoding): Buffer {
    return this.#encoded.getOrInsertComputed(encoding, () => encoding.encode(this));
  }
}

/** A representation of changes: JSON, tables, another API version. One instance for all watchers that share it. */
export interface EventEncoding {
  encode(shown: Shown): Buffer;
}

/** A committed change of one collection, and all the ways in which watchers may see it. */
export class ResourceEvent {
  readonly revision: Revision;
  readonly #event: StoreEvent;
  #plain: Shown | undefined;
  #entered: Shown | undefined;
  #left: Shown | undefined;

  constructor(event: StoreEvent) {
    this.revision = event.revision;
    this.#event = event;
  }

  /** For who sees the object before and after. */
  get plain(): Shown {
    this.#plain ??= plain(this.#event);
    return this.#plain;
  }

  /** Undefined of a new one. */
  get before(): KubernetesObject | undefined {
    return this.#event.previous?.object;
  }

  /** Undefined of one that is gone. */
  get after(): KubernetesObject | undefined {
    return this.#event.stored?.object;
  }

  /** As a watcher of a selection sees it; undefined when it does not. */
  shownTo(selection: Selection): Shown | undefined {
    const { previous, stored } = this.#event;
    const before = previous !== undefined && selection.matches(previous.object);
    const after = stored !== undefined && selection.matches(stored.object);
    if (before === (previous !== undefined) && after === (stored !== undefined)) return this.plain;
    if (after) {
      this.#entered ??= new Shown('ADDED', stored);
      return this.#entered;
    }
    if (!before) return undefined;
    this.#left ??= new Shown('DELETED', new LastSeen(previous, this.revision));
    return this.#left;
  }
}

function plain({ previous, stored, deleted }: StoreEvent): Shown {
  if (!stored) return new Shown('DELETED', deleted!);
  return new Shown(previous ? 'MODIFIED' : 'ADDED', stored);
}

/** The last state that a selection saw of an object, at the revision of its leaving. */
class LastSeen implements Stored {
  readonly key: string;
  readonly revision: Revision;
  readonly createRevision: Revision;
  readonly object: KubernetesObject;

  constructor({ key, object, createRevision }: Stored, revision: Revision) {
    this.key = key;
    this.revision = revision;
    this.createRevision = createRevision;
    this.object = Object.freeze({
      ...object,
      metadata: Object.freeze({ ...object.metadata, resourceVersion: String(revision) }),
    });
  }

  get json(): string {
    return JSON.stringify(this.object);
  }
}

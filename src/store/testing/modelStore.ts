import type { Expected, Revision } from '../store.ts';

interface Value {
  readonly revision: Revision;
  readonly createRevision: Revision;
  readonly text: string;
}

type State = ReadonlyMap<string, Value>;

/** A store that is too simple to be wrong: it keeps a copy of everything at every revision. */
export class ModelStore {
  readonly states = new Map<Revision, State>();
  revision: Revision;
  compactedRevision: Revision;

  constructor(revision: Revision, compactedRevision: Revision) {
    this.revision = revision;
    this.compactedRevision = compactedRevision;
    this.states.set(revision, new Map());
  }

  get present(): State {
    return this.states.get(this.revision)!;
  }

  /** Whether the write happened. */
  put(key: string, text: string, expected: Expected): boolean {
    const actual = this.present.get(key);
    if (expected !== undefined && expected !== (actual?.revision ?? 0)) return false;
    const revision = this.revision + 1;
    this.#become(
      new Map(this.present).set(key, { revision, createRevision: actual?.createRevision ?? revision, text }),
    );
    return true;
  }

  /** Whether the expectation held. */
  delete(key: string, expected: Expected): boolean {
    const actual = this.present.get(key);
    if (expected !== undefined && expected !== (actual?.revision ?? 0)) return false;
    if (!actual) return true;
    const next = new Map(this.present);
    next.delete(key);
    this.#become(next);
    return true;
  }

  compact(revision: Revision): void {
    this.compactedRevision = Math.max(this.compactedRevision, revision);
  }

  list(prefix: string, at: Revision, after: string): [string, Value][] {
    return [...this.states.get(at)!]
      .filter(([key]) => key.startsWith(prefix) && key > after)
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  #become(state: State): void {
    this.revision++;
    this.states.set(this.revision, state);
  }
}

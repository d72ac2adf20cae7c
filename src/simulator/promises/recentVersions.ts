import { uidOf } from '../../apimachinery/object.ts';
import type { Change, World } from '../run/world.ts';

/** A controller that was cut off acts on what it saw before, until it has listed again: so far back it may look. */
const LONGEST_STALENESS_MS = 240_000;

interface Version<T> {
  readonly object: T;
  /** When the next one came, by the stopwatch; undefined for the one that holds. */
  replacedAt: number | undefined;
}

/** What objects of a kind were like lately: a decision may rest on any of these versions. */
export class RecentVersions<T> {
  readonly #world: World;
  readonly #kind: string;
  readonly #versions = new Map<string, Version<T>[]>();

  constructor(world: World, kind: string) {
    this.#world = world;
    this.#kind = kind;
  }

  note({ kind, type, object }: Change): void {
    if (kind !== this.#kind) return;
    const versions = this.#versions.getOrInsertComputed(uidOf(object), () => []);
    const last = versions.at(-1);
    if (last) last.replacedAt = this.#world.elapsed;
    if (type !== 'DELETED') versions.push({ object: object as T, replacedAt: undefined });
    const oldest = versions.findIndex((version) => this.#isRecent(version));
    if (oldest > 0) versions.splice(0, oldest);
  }

  /** Of the object with this uid, the newest last; empty long after it is gone. */
  of(uid: string): readonly T[] {
    const versions = this.#versions.get(uid) ?? [];
    return versions.filter((version) => this.#isRecent(version)).map(({ object }) => object);
  }

  /** Of all objects. */
  all(): readonly T[] {
    return [...this.#versions.keys()].flatMap((uid) => this.of(uid));
  }

  #isRecent({ replacedAt }: Version<T>): boolean {
    return replacedAt === undefined || this.#world.elapsed - replacedAt <= LONGEST_STALENESS_MS;
  }
}

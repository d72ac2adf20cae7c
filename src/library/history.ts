import { type KubernetesObject, objectKey } from '../apimachinery/object.ts';
import type { Clock, EpochMs } from '../clock/clock.ts';
import type { Store, StoreEvent } from '../store/store.ts';

/** One change of one object. */
export interface HistoryEntry {
  readonly time: EpochMs;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: string;
  /** `namespace/name`, or `name` for what has no namespace. */
  readonly key: string;
  /** After the change; what was last there when it was deleted. */
  readonly object: KubernetesObject;
  readonly before: KubernetesObject | undefined;
}

/** So many changes are kept: enough for a test, and no leak in a simulated year. */
const MOST_KEPT = 100_000;

/** Everything that happened in the cluster, in order. Leases are left out: they only say that a node lives. */
export class ClusterHistory {
  readonly #clock: Clock;
  readonly #entries: HistoryEntry[] = [];

  constructor(store: Store, clock: Clock) {
    this.#clock = clock;
    store.watch('/', store.revision, (events) => {
      for (const event of events) this.#take(event);
    });
  }

  get entries(): readonly HistoryEntry[] {
    return this.#entries;
  }

  /** What became of the objects of a kind, or of one of them: `of('Pod', 'default/web')`. */
  of(kind: string, key?: string): readonly HistoryEntry[] {
    return this.#entries.filter((entry) => entry.kind === kind && (key === undefined || entry.key === key));
  }

  /** A line for each change: when, what, which. */
  toString(): string {
    return this.#entries
      .map(({ time, type, kind, key }) => `${new Date(time).toISOString()} ${type} ${kind} ${key}`)
      .join('\n');
  }

  #take({ stored, previous, deleted }: StoreEvent): void {
    const object = (stored ?? deleted)?.object;
    if (!object || object.kind === 'Lease') return;
    const { kind = '', metadata } = object;
    const type = !stored ? 'DELETED' : previous ? 'MODIFIED' : 'ADDED';
    const key = objectKey(metadata.namespace, metadata.name ?? '');
    this.#entries.push({ time: this.#clock.now(), type, kind, key, object, before: previous?.object });
    if (this.#entries.length > MOST_KEPT * 2) this.#entries.splice(0, MOST_KEPT);
  }
}

import type { KubernetesObject } from '../../apimachinery/object.ts';
import { type Clock, delay } from '../../clock/clock.ts';
import {
  type Expected,
  type ListOptions,
  type Revision,
  type Store,
  type Stored,
  type StoreEvent,
  StoreUnavailableError,
} from '../../store/store.ts';
import type { Chance } from '../plan/chance.ts';

export interface Trouble {
  /** So large a share of the writes fails; of these, half have taken effect. */
  readonly errorShare: number;
  /** Every write takes so long. */
  readonly delayMs: number;
  readonly chance: Chance;
}

/** More writes than this at one moment of the cluster's time are a loop that will not end. */
const MOST_WRITES_AT_ONCE = 5_000;

/** A store that can be troubled, and that stops a flood which would never let time go on. */
export class FaultyStore implements Store {
  /** Called once when somebody writes and writes at one moment. */
  onFlood: (() => void) | undefined;
  trouble: Trouble | undefined;
  readonly #inner: Store;
  readonly #clock: Clock;
  #moment = Number.NaN;
  #writesNow = 0;

  constructor(inner: Store, clock: Clock) {
    this.#inner = inner;
    this.#clock = clock;
  }

  get revision(): Revision {
    return this.#inner.revision;
  }

  get compactedRevision(): Revision {
    return this.#inner.compactedRevision;
  }

  readBarrier(): Promise<void> | undefined {
    return this.#inner.readBarrier();
  }

  get(key: string): Stored | undefined {
    return this.#inner.get(key);
  }

  list(prefix: string, options?: ListOptions) {
    return this.#inner.list(prefix, options);
  }

  count(prefix: string): number {
    return this.#inner.count(prefix);
  }

  put(key: string, object: KubernetesObject, expected: Expected): Promise<Stored> {
    return this.#write(() => this.#inner.put(key, object, expected));
  }

  delete(key: string, expected: Expected): Promise<Stored | undefined> {
    return this.#write(() => this.#inner.delete(key, expected));
  }

  watch(prefix: string, from: Revision, onEvents: (events: readonly StoreEvent[]) => void) {
    return this.#inner.watch(prefix, from, onEvents);
  }

  compact(revision: Revision): Promise<void> {
    return this.#inner.compact(revision);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #write<Answer>(write: () => Promise<Answer>): Promise<Answer> {
    if (this.#isFlooded()) return new Promise(() => {});
    const { trouble } = this;
    if (!trouble) return write();
    if (trouble.delayMs > 0) await delay(this.#clock, trouble.delayMs);
    const fails = trouble.chance.may(trouble.errorShare);
    if (fails && trouble.chance.may(0.5)) throw unavailable();
    const answer = await write();
    if (fails) throw unavailable();
    return answer;
  }

  #isFlooded(): boolean {
    const now = this.#clock.elapsed();
    if (now !== this.#moment) this.#writesNow = 0;
    this.#moment = now;
    this.#writesNow++;
    if (this.#writesNow === MOST_WRITES_AT_ONCE) this.onFlood?.();
    return this.#writesNow >= MOST_WRITES_AT_ONCE;
  }
}

const unavailable = () => new StoreUnavailableError('Cannot write to the simulated disk: it is in trouble');

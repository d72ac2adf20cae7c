import { deepFreeze, type KubernetesObject } from '../apimachinery/object.ts';
import { type Clock, delay } from '../clock/clock.ts';
import { EtcdClient, type EtcdTls } from './etcd/etcdClient.ts';
import { EtcdFeed, versionOf } from './etcd/etcdFeed.ts';
import { Keyspace } from './etcd/keyspace.ts';
import {
  COMPARE_EQUAL,
  COMPARE_GREATER,
  type Compare,
  type RequestOp,
  TARGET_MOD_REVISION,
  type TxnResponse,
} from './etcd/messages.ts';
import { History } from './history.ts';
import {
  ConflictError,
  type Expected,
  type ListOptions,
  type ListResult,
  type Revision,
  type Store,
  type Stored,
  StoreUnavailableError,
  type StoreWatch,
} from './store.ts';
import { Version } from './version.ts';
import type { OnEvents } from './watchers.ts';

export interface EtcdOptions {
  readonly clock: Clock;
  /** The key under which all others lie; `/sampan` unless told otherwise. */
  readonly root?: string;
  readonly tls?: EtcdTls;
}

/** How long closing waits for writes under way: an etcd that is gone must not hold a process. */
const CLOSING_MS = 5_000;

/**
 * A store in etcd v3, for several servers at a time. Writes are etcd's transactions; reads and watches are served from a copy in
 * memory that follows etcd by a watch. History starts when the store connects.
 */
export class EtcdStore implements Store {
  readonly #clock: Clock;
  readonly #client: EtcdClient;
  readonly #keyspace: Keyspace;
  readonly #history: History;
  readonly #feed: EtcdFeed;
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  private constructor(client: EtcdClient, keyspace: Keyspace, clock: Clock) {
    this.#clock = clock;
    this.#client = client;
    this.#keyspace = keyspace;
    this.#history = new History(0, 0);
    this.#feed = new EtcdFeed(client, keyspace, this.#history, clock);
  }

  /** Resolves when the copy is complete. Rejects with a `StoreUnavailableError` when no endpoint answers. */
  static async connect(endpoints: readonly string[], options: EtcdOptions): Promise<EtcdStore> {
    const client = await EtcdClient.create(endpoints, options.clock, options.tls);
    const store = new EtcdStore(client, new Keyspace(options.root ?? '/sampan'), options.clock);
    for (let attempt = 1; ; attempt++) {
      try {
        await store.#feed.start();
        return store;
      } catch (error) {
        if (attempt < endpoints.length) continue;
        client.close();
        throw unavailable(`connect to etcd at ${endpoints.join(', ')}`, error as Error);
      }
    }
  }

  get revision(): Revision {
    return this.#history.revision;
  }

  get compactedRevision(): Revision {
    return this.#history.compactedRevision;
  }

  /** A linearizable read of the newest change's revision, and then the wait for it. */
  async readBarrier(): Promise<void> {
    const { marker } = this.#keyspace;
    const { kvs } = await this.#ask('read', this.#client.range({ key: marker }));
    await this.#feed.reached(kvs[0]?.modRevision ?? 0);
  }

  get(key: string): Stored | undefined {
    return this.#history.get(key);
  }

  list(prefix: string, options?: ListOptions): ListResult {
    return this.#history.list(prefix, options);
  }

  count(prefix: string): number {
    return this.#history.count(prefix);
  }

  watch(prefix: string, from: Revision, onEvents: OnEvents): StoreWatch {
    return this.#history.watch(prefix, from, onEvents);
  }

  put(key: string, object: KubernetesObject, expected: Expected): Promise<Stored> {
    return this.#track(this.#put(key, object, expected));
  }

  delete(key: string, expected: Expected): Promise<Stored | undefined> {
    return this.#track(this.#delete(key, expected));
  }

  async compact(revision: Revision): Promise<void> {
    this.#checkOpen();
    if (revision === this.#history.compactedRevision) return;
    this.#history.compact(revision);
    await this.#ask('compact', this.#client.compact(revision));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #put(key: string, object: KubernetesObject, expected: Expected): Promise<Stored> {
    this.#checkOpen();
    // The revision is known only when it is written: readers add it.
    delete object.metadata.resourceVersion;
    const value = JSON.stringify(deepFreeze(object));
    const change: RequestOp = { put: { key: this.#keyspace.toEtcd(key), value } };
    const conditions = expected === undefined ? [] : [this.#isAt(key, expected)];
    const response = await this.#write(key, conditions, change);
    if (!response.succeeded) return this.#conflict(key, response);
    const { revision } = response.header;
    await this.#feed.reached(revision);
    // Absent only if so much happened meanwhile that it is history already.
    const stored = this.#history.eventAt(revision)?.stored;
    return stored ?? Version.deferred(key, revision, this.get(key)?.createRevision ?? revision, () => object);
  }

  async #delete(key: string, expected: Expected): Promise<Stored | undefined> {
    this.#checkOpen();
    const mustBeAbsent = expected === 0;
    const change: RequestOp = { deleteRange: { key: this.#keyspace.toEtcd(key), prevKv: true } };
    const condition = expected === undefined ? this.#exists(key) : this.#isAt(key, expected);
    const response = await this.#write(key, [condition], mustBeAbsent ? undefined : change);
    if (!response.succeeded && expected === undefined) return this.#absent(response);
    if (!response.succeeded) return this.#conflict(key, response);
    const { revision } = response.header;
    const last = response.responses[0]?.deleteRange?.prevKvs[0];
    if (!last) return undefined;
    await this.#feed.reached(revision);
    return Version.restamped(versionOf(last, this.#keyspace), revision);
  }

  /** Changes something if the conditions hold. If not, the response holds the key and the marker as they are. */
  #write(key: string, compare: Compare[], change: RequestOp | undefined): Promise<TxnResponse> {
    const { marker } = this.#keyspace;
    const txn = this.#client.txn({
      compare,
      success: change ? [change, { put: { key: marker, value: '' } }] : [],
      failure: [{ range: { key: this.#keyspace.toEtcd(key) } }, { range: { key: marker } }],
    });
    return this.#ask(`write "${key}"`, txn);
  }

  async #conflict(key: string, response: TxnResponse): Promise<never> {
    await this.#absent(response);
    const actual = response.responses[0]?.range?.kvs[0];
    throw new ConflictError(key, actual && versionOf(actual, this.#keyspace));
  }

  /** Whoever looks now must see why the write did not happen. */
  async #absent(response: TxnResponse): Promise<undefined> {
    await this.#feed.reached(response.responses[1]?.range?.kvs[0]?.modRevision ?? 0);
  }

  #isAt(key: string, modRevision: Revision): Compare {
    return {
      result: COMPARE_EQUAL,
      target: TARGET_MOD_REVISION,
      key: this.#keyspace.toEtcd(key),
      modRevision,
    };
  }

  #exists(key: string): Compare {
    return { ...this.#isAt(key, 0), result: COMPARE_GREATER };
  }

  async #ask<Response>(what: string, call: Promise<Response>): Promise<Response> {
    try {
      return await call;
    } catch (error) {
      throw unavailable(what, error as Error);
    }
  }

  async #track<Result>(write: Promise<Result>): Promise<Result> {
    this.#underWay.add(write);
    try {
      return await write;
    } finally {
      this.#underWay.delete(write);
    }
  }

  #checkOpen(): void {
    if (this.#closing) throw new StoreUnavailableError('Cannot write to etcd: the store is closed');
  }

  async #close(): Promise<void> {
    const patience = new AbortController();
    await Promise.race([Promise.allSettled(this.#underWay), delay(this.#clock, CLOSING_MS, patience.signal)]);
    patience.abort();
    this.#history.close();
    this.#feed.close();
    this.#client.close();
  }
}

const unavailable = (what: string, cause: Error) =>
  new StoreUnavailableError(`Cannot ${what}: ${cause.message}`, { cause });

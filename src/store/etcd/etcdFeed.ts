import type { Cancel, Clock } from '../../clock/clock.ts';
import type { History } from '../history.ts';
import { type Revision, type Stored, type StoreEvent, StoreUnavailableError } from '../store.ts';
import { Version } from '../version.ts';
import type { EtcdClient, WatchStream } from './etcdClient.ts';
import type { Keyspace } from './keyspace.ts';
import { EVENT_DELETE, type KeyValue, type WatchEvent, type WatchResponse } from './messages.ts';

const PAGE_SIZE = 1_000;
const RETRY_MS = 500;

/** Somebody who waits until a revision is visible. */
interface Waiter {
  readonly revision: Revision;
  readonly reached: PromiseWithResolvers<void>;
}

/** Keeps a history in step with etcd: by one watch, opened again whenever it breaks. */
export class EtcdFeed {
  readonly #client: EtcdClient;
  readonly #keyspace: Keyspace;
  readonly #history: History;
  readonly #clock: Clock;
  #waiters: Waiter[] = [];
  #stream: WatchStream | undefined;
  #cancelRetry: Cancel | undefined;
  #isClosed = false;

  constructor(client: EtcdClient, keyspace: Keyspace, history: History, clock: Clock) {
    this.#client = client;
    this.#keyspace = keyspace;
    this.#history = history;
    this.#clock = clock;
  }

  /** Fills the history with the present, and follows from there. */
  async start(): Promise<void> {
    await this.#synchronize();
    this.#follow();
  }

  /** Resolves when everything up to this revision is visible. */
  reached(revision: Revision): Promise<void> {
    if (this.#history.revision >= revision) return Promise.resolve();
    if (this.#isClosed) return Promise.reject(closed());
    const reached = Promise.withResolvers<void>();
    this.#waiters.push({ revision, reached });
    return reached.promise;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelRetry?.();
    this.#stream?.cancel();
    for (const { reached } of this.#waiters.splice(0)) reached.reject(closed());
  }

  #follow(): void {
    const stream = this.#client.watch();
    this.#stream = stream;
    stream.on('data', (response: WatchResponse) => this.#onResponse(response));
    stream.on('error', () => this.#retry(stream));
    stream.on('end', () => this.#retry(stream));
    stream.write({
      create: {
        key: this.#keyspace.start,
        rangeEnd: this.#keyspace.end,
        startRevision: this.#history.revision + 1,
      },
    });
  }

  #onResponse(response: WatchResponse): void {
    if (this.#isClosed) return;
    if (response.compactRevision > 0) this.#catchUp();
    else if (response.canceled) this.#stream?.cancel();
    else this.#apply(response.events);
  }

  /** The stream may say more than once that it is over. */
  #retry(stream: WatchStream): void {
    if (this.#isClosed || stream !== this.#stream) return;
    this.#stream = undefined;
    this.#client.giveUpOnMember();
    this.#cancelRetry = this.#clock.callIn(RETRY_MS, () => this.#follow());
  }

  /** We were away for so long that etcd has forgotten what we missed: the difference must do. */
  #catchUp(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    stream?.cancel();
    this.#synchronize().then(
      () => !this.#isClosed && this.#follow(),
      () => !this.#isClosed && this.#catchUpLater(),
    );
  }

  #catchUpLater(): void {
    this.#cancelRetry = this.#clock.callIn(RETRY_MS, () => this.#catchUp());
  }

  #apply(changes: readonly WatchEvent[]): void {
    const events: StoreEvent[] = [];
    const inBatch = new Map<string, Stored | undefined>();
    for (const { type, kv } of changes) {
      if (kv.key === this.#keyspace.marker) continue;
      const key = this.#keyspace.fromEtcd(kv.key);
      const previous = inBatch.has(key) ? inBatch.get(key) : this.#history.get(key);
      const event =
        type === EVENT_DELETE ? deletion(key, kv.modRevision, previous) : this.#change(kv, previous);
      inBatch.set(key, event.stored);
      events.push(event);
    }
    this.#history.apply(events);
    this.#advanceTo(changes.at(-1)?.kv.modRevision ?? 0);
  }

  #change(kv: KeyValue, previous: Stored | undefined): StoreEvent {
    const stored = versionOf(kv, this.#keyspace);
    return { key: stored.key, revision: stored.revision, stored, previous };
  }

  #advanceTo(revision: Revision): void {
    this.#history.advanceTo(revision);
    const arrived = this.#waiters.filter((waiter) => waiter.revision <= this.#history.revision);
    if (arrived.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => waiter.revision > this.#history.revision);
    for (const { reached } of arrived) reached.resolve();
  }

  /** Makes the history show the present, whatever it showed before. What lies between is unknown, and so compacted. */
  async #synchronize(): Promise<void> {
    const { kvs, revision } = await this.#readAll();
    const present = new Set(kvs.map(({ key }) => this.#keyspace.fromEtcd(key)));
    const changes = kvs
      .filter((kv) => this.#history.get(this.#keyspace.fromEtcd(kv.key))?.revision !== kv.modRevision)
      .toSorted((a, b) => a.modRevision - b.modRevision)
      .map((kv) => this.#change(kv, this.#history.get(this.#keyspace.fromEtcd(kv.key))));
    const deletions = this.#history
      .list('/')
      .items.filter(({ key }) => !present.has(key))
      .map((previous) => deletion(previous.key, revision, previous));
    this.#history.apply([...changes, ...deletions]);
    this.#advanceTo(revision);
    this.#history.compact(revision);
  }

  /** All keys as they were at one revision. */
  async #readAll(): Promise<{ kvs: KeyValue[]; revision: Revision }> {
    const kvs: KeyValue[] = [];
    let revision = 0;
    let key = this.#keyspace.start;
    for (;;) {
      const page = await this.#client.range({
        key,
        rangeEnd: this.#keyspace.end,
        limit: PAGE_SIZE,
        revision,
      });
      revision ||= page.header.revision;
      for (const kv of page.kvs) kvs.push(kv);
      if (!page.more) break;
      key = `${page.kvs.at(-1)!.key}\0`;
    }
    return { kvs: kvs.filter((kv) => kv.key !== this.#keyspace.marker), revision };
  }
}

/** What etcd holds as readers see it: with its revision, which nobody knew when it was written. */
export const versionOf = (kv: KeyValue, keyspace: Keyspace): Version =>
  Version.deferred(keyspace.fromEtcd(kv.key), kv.modRevision, kv.createRevision, () => JSON.parse(kv.value));

const deletion = (key: string, revision: Revision, previous: Stored | undefined): StoreEvent => ({
  key,
  revision,
  previous,
  deleted: previous && Version.restamped(previous, revision),
});

const closed = () => new StoreUnavailableError('Cannot reach etcd: the store is closed');

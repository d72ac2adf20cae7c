import { StatusError } from '../apimachinery/errors.ts';
import type { ResourceType } from '../apimachinery/resourceType.ts';
import type { Client, WatchChange, WatchHandle, WatchHandler, WatchRequest } from '../client/client.ts';
import { clientWith } from '../client/clientWith.ts';
import { type Clock, delay, type Ms } from '../clock/clock.ts';

/** A request on its way: `create`, `jobs`. */
export interface Request {
  readonly verb: 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete' | 'post';
  readonly plural: string;
}

/** Who stands between a client and the API server. Either may throw, or take its time. */
export interface Interceptor {
  /** Before the request reaches the server. */
  before?(request: Request): void | Promise<void>;
  /** After the server has done it, before the client hears of it. */
  after?(request: Request): void | Promise<void>;
}

/** The network between one part of the cluster and the API server: it can be cut, slow, or worse. */
export class Link {
  interceptor: Interceptor | undefined;
  readonly #clock: Clock;
  readonly #watches = new Set<LinkedWatch>();
  #delayMs = 0;
  #newsDelayMs = 0;
  #isCut = false;
  /** Whatever is on its way is lost when the link is cut. */
  #onCut = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  /** Neither cut nor slow. */
  get isClear(): boolean {
    return !this.#isCut && this.#delayMs === 0 && this.#newsDelayMs === 0;
  }

  /** Requests fail from now on, and watches end, as if the cable had been pulled. */
  cut(): void {
    this.#isCut = true;
    this.#onCut.abort();
    this.endWatches(unreachable());
  }

  heal(): void {
    this.#isCut = false;
    this.#delayMs = 0;
    this.#newsDelayMs = 0;
    this.#onCut = new AbortController();
  }

  /** Requests take so much longer, each way; news as much unless told otherwise. */
  slow(delayMs: number, newsDelayMs = delayMs): void {
    this.#delayMs = delayMs;
    this.#newsDelayMs = newsDelayMs;
  }

  /** Ends all watches: with a 410, for instance. Their clients begin new ones. */
  endWatches(error: Error | undefined): void {
    for (const watch of [...this.#watches]) watch.end(error);
  }

  /** The same API, seen through this network. */
  client(client: Client): Client {
    return clientWith(client, {
      get: (type, ref) => this.#request('get', type, () => client.get(type, ref)),
      list: (type, options) => this.#request('list', type, () => client.list(type, options)),
      watch: (type, options, handler) => this.#watch(client, type, options, handler),
      create: (type, object, options) =>
        this.#request('create', type, () => client.create(type, object, options)),
      update: (type, object, options) =>
        this.#request('update', type, () => client.update(type, object, options)),
      patch: (type, ref, patch, options) =>
        this.#request('patch', type, () => client.patch(type, ref, patch, options)),
      delete: (type, ref, options) => this.#request('delete', type, () => client.delete(type, ref, options)),
      createSubresource: (type, ref, subresource, body) =>
        this.#request('post', type, () => client.createSubresource(type, ref, subresource, body)),
      as: (identity) => this.client(client.as(identity)),
    });
  }

  #request<Answer>(verb: Request['verb'], type: ResourceType, send: () => Promise<Answer>): Promise<Answer> {
    return this.isClear && !this.interceptor ? this.#pass(send) : this.#carry(verb, type, send);
  }

  /** Where nothing is in the way. */
  #pass<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    const { signal } = this.#onCut;
    return send().then((answer) => {
      if (signal.aborted) throw unreachable();
      return answer;
    });
  }

  async #carry<Answer>(
    verb: Request['verb'],
    { plural }: ResourceType,
    send: () => Promise<Answer>,
  ): Promise<Answer> {
    await this.#travel();
    const request = { verb, plural };
    if (this.interceptor?.before) await this.interceptor.before(request);
    const answer = await send();
    if (this.interceptor?.after) await this.interceptor.after(request);
    // Who was cut off meanwhile never learns what became of it.
    await this.#travel();
    return answer;
  }

  async #travel(): Promise<void> {
    const { signal } = this.#onCut;
    if (this.#delayMs > 0) await delay(this.#clock, this.#delayMs, signal);
    if (signal.aborted) throw unreachable();
  }

  #watch(
    client: Client,
    type: ResourceType,
    options: WatchRequest,
    // Whatever the collection holds passes through unseen.
    handler: WatchHandler<never>,
  ): WatchHandle {
    const watch = new LinkedWatch(
      this.#clock,
      () => this.#newsDelayMs,
      handler as unknown as WatchHandler<unknown>,
      () => this.#watches.delete(watch),
    );
    this.#watches.add(watch);
    if (this.#isCut) queueMicrotask(() => watch.end(unreachable()));
    else watch.follow(client.watch(type, options, watch));
    return watch;
  }
}

const unreachable = () =>
  new StatusError('ServiceUnavailable', 'Cannot reach the API server: no route to host');

/** A watch whose news travel: late where the link is slow, but always in order. */
class LinkedWatch implements WatchHandle {
  readonly #clock: Clock;
  readonly #delayMs: () => number;
  readonly #handler: WatchHandler<unknown>;
  readonly #onOver: () => void;
  #inner: WatchHandle | undefined;
  #lastArrival: Ms = Number.NEGATIVE_INFINITY;
  #underWay = 0;
  #isOver = false;

  constructor(clock: Clock, delayMs: () => number, handler: WatchHandler<unknown>, onOver: () => void) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.#handler = handler;
    this.#onOver = onOver;
  }

  follow(inner: WatchHandle): void {
    if (this.#isOver) inner.stop();
    else this.#inner = inner;
  }

  onChanges(changes: readonly WatchChange<unknown>[]): void {
    this.#deliver(() => this.#handler.onChanges(changes));
  }

  onEnd(error: Error | undefined): void {
    this.#deliver(() => this.end(error));
  }

  end(error: Error | undefined): void {
    if (this.#isOver) return;
    this.stop();
    this.#handler.onEnd(error);
  }

  stop(): void {
    this.#isOver = true;
    this.#inner?.stop();
    this.#onOver();
  }

  #deliver(news: () => void): void {
    const now = this.#clock.elapsed();
    const arrival = Math.max(now + this.#delayMs(), this.#lastArrival);
    if (arrival <= now && this.#underWay === 0) {
      if (!this.#isOver) news();
      return;
    }
    this.#lastArrival = arrival;
    this.#underWay++;
    this.#clock.callIn(arrival - now, () => {
      this.#underWay--;
      if (!this.#isOver) news();
    });
  }
}

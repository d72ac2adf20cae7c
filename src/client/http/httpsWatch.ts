import { StatusError } from '../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { Cancel, Clock, Ms } from '../../clock/clock.ts';
import type { Status } from '../../generated/types.ts';
import type { WatchChange, WatchHandle, WatchHandler } from '../client.ts';
import { answerError } from './answerError.ts';
import type { Connection, HttpAnswer, HttpRequest, StreamHandler } from './connection.ts';
import { JsonLines } from './jsonLines.ts';

/** Bookmarks come about once a minute: after three without one, or no answer at all, the server or the way to it is gone. */
const IDLE_LIMIT_MS = 180_000;
/** A watch that ends sooner than this, without a word, would only be asked for again and again (client-go's very short watch). */
const SHORT_MS = 1000;

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubernetesObject;
}

/** One watch over a connection, until it is stopped or over. */
export class HttpsWatch<T extends KubernetesObject> implements WatchHandle, StreamHandler {
  readonly #clock: Clock;
  readonly #handler: WatchHandler<T>;
  readonly #lines = new JsonLines();
  readonly #breakOff: () => void;
  readonly #startedAt: Ms;
  #cancelIdle: Cancel;
  #heardAt: Ms;
  #hasHeard = false;
  #isOver = false;

  constructor(connection: Connection, request: HttpRequest, clock: Clock, handler: WatchHandler<T>) {
    this.#clock = clock;
    this.#handler = handler;
    this.#startedAt = clock.elapsed();
    this.#heardAt = this.#startedAt;
    this.#cancelIdle = clock.callIn(IDLE_LIMIT_MS, () => this.#checkIdle());
    this.#breakOff = connection.stream(request, this);
  }

  stop(): void {
    this.#isOver = true;
    this.#cancelIdle();
    this.#breakOff();
  }

  onBytes(bytes: Buffer): void {
    this.#heardAt = this.#clock.elapsed();
    this.#hasHeard = true;
    try {
      this.#take(this.#lines.push(bytes) as WatchEvent[]);
    } catch (error) {
      this.#end(new StatusError('InternalError', `Cannot read the watch: ${(error as Error).message}`));
    }
  }

  onRefused(answer: HttpAnswer): void {
    this.#end(answerError(answer));
  }

  onEnd(error: Error | undefined): void {
    const isShort = !this.#hasHeard && this.#clock.elapsed() - this.#startedAt < SHORT_MS;
    if (!error && isShort) {
      this.#end(new StatusError('ServiceUnavailable', 'The watch was closed at once, without a word'));
    } else this.#end(error);
  }

  #take(events: readonly WatchEvent[]): void {
    const failure = events.findIndex(({ type }) => type === 'ERROR');
    const changes = (failure < 0 ? events : events.slice(0, failure)).map((event) => changeOf<T>(event));
    if (changes.length > 0) this.#handler.onChanges(changes);
    if (failure >= 0) this.#end(StatusError.fromStatus(events[failure]!.object as unknown as Status));
  }

  #checkIdle(): void {
    const silentMs = this.#clock.elapsed() - this.#heardAt;
    if (silentMs < IDLE_LIMIT_MS) {
      this.#cancelIdle = this.#clock.callIn(IDLE_LIMIT_MS - silentMs, () => this.#checkIdle());
      return;
    }
    this.#end(
      new StatusError('ServiceUnavailable', `The watch was silent for ${IDLE_LIMIT_MS / 1000} seconds`),
    );
  }

  #end(error: Error | undefined): void {
    if (this.#isOver) return;
    this.stop();
    this.#handler.onEnd(error);
  }
}

const changeOf = <T>({ type, object }: WatchEvent): WatchChange<T> =>
  type === 'BOOKMARK'
    ? { type, resourceVersion: object.metadata.resourceVersion ?? '' }
    : ({ type, object } as WatchChange<T>);

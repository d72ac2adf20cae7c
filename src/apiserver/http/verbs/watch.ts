import { isStatusError } from '../../../apimachinery/errors.ts';
import { type Cancel, callEvery } from '../../../clock/clock.ts';
import { preparedFor } from '../../registry/customVersions.ts';
import type { Shown } from '../../registry/resourceEvent.ts';
import type { HttpResponse, Sink } from '../message.ts';
import { type WatchOptions, watchOptionsOf } from '../queryOptions.ts';
import { errorLine, type WatchFormat, watchFormatOf } from '../watchFormats.ts';
import { representationFor, tableOptionsOf } from './answer.ts';
import { type Call, scopeOf } from './call.ts';

/** Upstream's bookmarks come about once a minute. */
const BOOKMARK_PERIOD_MS = 60_000;
/** Without a wish of its own a watch ends after 30 to 60 minutes, so that load spreads anew. */
const MIN_TIMEOUT_SECONDS = 1800;
/** A client that is this far behind is sent away: it will list again, which is cheaper for both. */
const MAX_WAITING_BYTES = 64 * 1_048_576;

/** A watch: an answer that goes on until the client leaves or its time is over. */
export function watch(call: Call): HttpResponse {
  const options = watchOptionsOf(call.query);
  const { as } = representationFor(call);
  if (as === 'Table') tableOptionsOf(call);
  const format = watchFormatOf(call.kind, as, call.query.get('includeObject'), call.registry.parts.clock);
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    stream: (sink) => new WatchAnswer(call, options, format, sink).start(),
  };
}

class WatchAnswer {
  readonly #call: Call;
  readonly #options: WatchOptions;
  readonly #format: WatchFormat;
  readonly #sink: Sink;
  readonly #cancels: Cancel[] = [];
  /** What still waits to be converted; what comes later waits behind it. */
  #preparing: Promise<void> | undefined;
  #isOver = false;
  #isFirst = true;

  constructor(call: Call, options: WatchOptions, format: WatchFormat, sink: Sink) {
    this.#call = call;
    this.#options = options;
    this.#format = format;
    this.#sink = sink;
  }

  start(): Cancel {
    const { registry } = this.#call;
    try {
      const cancel = registry.watch(scopeOf(this.#call), this.#options, {
        onShown: (changes) => this.#inTurn(changes, () => this.#send(changes)),
        onEnd: () => this.#end(),
        onInitialEventsEnd: (revision) => this.#inTurn([], () => this.#initialEventsEnd(revision)),
      });
      this.#cancels.push(cancel);
      this.#startTimers();
    } catch (error) {
      if (!isStatusError(error)) throw error;
      this.#sink.write(errorLine(error));
      this.#end();
    }
    return () => this.#stop();
  }

  #startTimers(): void {
    const { networkClock: clock, random } = this.#call.registry.parts;
    const timeoutSeconds = this.#options.timeoutSeconds ?? MIN_TIMEOUT_SECONDS * (1 + random.next());
    this.#cancels.push(clock.callIn(timeoutSeconds * 1000, () => this.#end()));
    if (this.#options.allowBookmarks) {
      this.#cancels.push(callEvery(clock, BOOKMARK_PERIOD_MS, () => this.#bookmark()));
    }
  }

  /** At once, unless a webhook has to convert something first. A watch whose objects cannot be converted ends. */
  #inTurn(changes: readonly Shown[], send: () => void): void {
    const { resource } = this.#call.kind;
    if (!resource.custom?.conversion) {
      send();
      return;
    }
    const preparation = preparedFor(
      resource,
      changes.map(({ object }) => object),
    );
    if (!preparation && !this.#preparing) {
      send();
      return;
    }
    const turn = Promise.all([preparation, this.#preparing]).then(send, (error: unknown) =>
      this.#fail(error),
    );
    this.#preparing = turn;
    void turn.finally(() => {
      if (this.#preparing === turn) this.#preparing = undefined;
    });
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    if (isStatusError(error)) this.#sink.write(errorLine(error));
    this.#end();
  }

  #send(changes: readonly Shown[]): void {
    if (this.#isOver) return;
    const lines = changes.map((shown) => {
      const encoding = this.#isFirst ? this.#format.first : this.#format.later;
      this.#isFirst = false;
      return shown.encoded(encoding);
    });
    this.#sink.write(lines.length === 1 ? lines[0]! : Buffer.concat(lines));
    if (this.#sink.waitingBytes > MAX_WAITING_BYTES) this.#end();
  }

  #bookmark(): void {
    // One that overtook changes would hide them from who begins anew there.
    if (this.#preparing) return;
    this.#sink.write(this.#format.bookmark(this.#call.registry.parts.store.revision, false));
  }

  #initialEventsEnd(revision: number): void {
    if (!this.#isOver && this.#options.sendInitialEvents && this.#options.allowBookmarks) {
      this.#sink.write(this.#format.bookmark(revision, true));
    }
  }

  #end(): void {
    this.#stop();
    this.#sink.end();
  }

  #stop(): void {
    this.#isOver = true;
    for (const cancel of this.#cancels.splice(0)) cancel();
  }
}

import { type Clock, delay } from '../../../clock/clock.ts';
import type { HttpRequest, HttpResponse, Sink } from '../message.ts';

type Handle = (request: HttpRequest) => Promise<HttpResponse>;

/** Nothing sent or asked for so long, and clients have reacted to what they were told, as far as one can know. */
const QUIET_MS = 20;
/** A request may itself wait for time to pass: nobody waits longer for it. */
const LONGEST_WAIT_MS = 2000;

/**
 * What goes on between this server and its clients over the network. A cluster on a virtual clock asks it before time moves, so that
 * operators and kubectl keep up with a clock that is turned fast.
 */
export class Traffic {
  readonly #clock: Clock;
  readonly #isApart: (request: HttpRequest) => boolean;
  #underWay = 0;
  /** Requests that were waited for in vain: nobody waits for them again. */
  #givenUp = 0;
  #stirs = 0;
  #seenStirs = 0;

  /** `clock` must be the system's: networks take real time. Requests that are `isApart`, which turn the clock, are none to wait for. */
  constructor(clock: Clock, isApart: (request: HttpRequest) => boolean = () => false) {
    this.#clock = clock;
    this.#isApart = isApart;
  }

  /** The same handler, watched. */
  observe(handle: Handle): Handle {
    return async (request) => {
      if (this.#isApart(request)) return handle(request);
      this.#underWay++;
      try {
        const response = await handle(request);
        const { stream } = response;
        return stream ? { ...response, stream: (sink) => stream(this.#observed(sink)) } : response;
      } finally {
        this.#underWay--;
        this.#givenUp = Math.min(this.#givenUp, this.#underWay);
        this.#stirs++;
      }
    };
  }

  /** Undefined when nothing has happened since it was last quiet; else resolves when it is quiet again. */
  settled(): Promise<void> | undefined {
    return this.#isBusy || this.#stirs !== this.#seenStirs ? this.#becomeQuiet() : undefined;
  }

  async #becomeQuiet(): Promise<void> {
    const giveUpAt = this.#clock.elapsed() + LONGEST_WAIT_MS;
    do {
      this.#seenStirs = this.#stirs;
      await delay(this.#clock, QUIET_MS);
    } while ((this.#isBusy || this.#stirs !== this.#seenStirs) && this.#clock.elapsed() < giveUpAt);
    this.#seenStirs = this.#stirs;
    this.#givenUp = this.#underWay;
  }

  get #isBusy(): boolean {
    return this.#underWay > this.#givenUp;
  }

  #observed(sink: Sink): Sink {
    return {
      write: (bytes) => {
        this.#stirs++;
        sink.write(bytes);
      },
      end: () => sink.end(),
      abort: () => sink.abort?.(),
      get waitingBytes() {
        return sink.waitingBytes;
      },
      whenDrained: () => sink.whenDrained(),
    };
  }
}

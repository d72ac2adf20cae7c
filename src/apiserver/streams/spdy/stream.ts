import { Duplex } from 'node:stream';
import type { SpdyHeaders } from './headerBlock.ts';
import { DEFAULT_WINDOW, type SendWindow } from './sendWindow.ts';

/** Bytes that a peer may send before we read them. */
export const RECEIVE_WINDOW = 2 * DEFAULT_WINDOW;

/** What holding one more piece costs beside its bytes, so that a flood of tiny frames counts. */
const PIECE_COST = 256;

/** Only a peer that does not keep to windows, or that fills them with crumbs, makes us hold so much. */
const MAX_HELD = 2 * RECEIVE_WINDOW;

/** Shorter pieces are copied, so that they do not keep the whole chunk in memory in which they came. */
const SHORT_PIECE = 8_192;

/** What a stream needs of its connection. */
export interface StreamCarrier {
  /** Sends as windows and the transport allow. Rejects when the connection is lost. */
  sendData(stream: SpdyStream, data: Buffer, fin: boolean): Promise<void>;
  /** Tells the peer that `bytes` of this stream have been read. */
  sendCredit(stream: SpdyStream, bytes: number): void;
  /** The stream is over; `complete` when both sides had closed it properly. */
  forget(stream: SpdyStream, complete: boolean): void;
}

/**
 * One stream of a connection. `end()` closes our half; `destroy()` resets it. When the peer resets it or the connection is lost it is
 * destroyed with an error, which nobody is obliged to listen to.
 */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: SpdyHeaders;
  readonly sendWindow: SendWindow;
  readonly #carrier: StreamCarrier;
  #received: Buffer[] = [];
  #receivedCost = 0;
  #uncredited = 0;
  #wantsMore = false;
  #finReceived = false;
  #finSent = false;
  #stopped = false;
  #onRoom: (() => void) | undefined;

  constructor(id: number, headers: SpdyHeaders, sendWindow: SendWindow, carrier: StreamCarrier) {
    super();
    this.id = id;
    this.headers = headers;
    this.sendWindow = sendWindow;
    this.#carrier = carrier;
    this.on('error', () => {});
  }

  /** Data of the peer. A promise says: this is more than the window allows, read no more from the peer until it resolves. */
  receive(data: Buffer, fin: boolean): Promise<void> | undefined {
    if (this.#finReceived || this.destroyed) return undefined;
    this.#finReceived = fin;
    if (data.length > 0) this.#hold(data);
    this.#pass();
    if (this.#receivedCost <= MAX_HELD) return undefined;
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }

  /** The peer will neither take nor send more. */
  abandon(error: Error): void {
    this.#stop();
    this.destroy(error);
  }

  /** The same, but what the peer sent before is still there to read. */
  abandonOnceRead(error: Error): void {
    this.#stop();
    if (this.#received.length === 0 && this.readableLength === 0) this.destroy(error);
    else this.once('end', () => this.destroy(error));
    this.#pass();
  }

  /** Whether the peer still takes data. */
  get isOpen(): boolean {
    return !this.#stopped && !this.destroyed;
  }

  override _read(): void {
    this.#wantsMore = true;
    this.#pass();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#carrier.sendData(this, chunk, false).then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#finSent = true;
    this.#carrier.sendData(this, Buffer.alloc(0), true).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#received = [];
    this.#receivedCost = 0;
    this.#onRoom?.();
    this.sendWindow.release();
    this.#carrier.forget(this, this.#finReceived && this.#finSent);
    done(error);
  }

  #stop(): void {
    this.#stopped = true;
    this.#finReceived = true;
    this.sendWindow.release();
    this.#carrier.forget(this, true);
  }

  #hold(data: Buffer): void {
    this.#received.push(data.length < SHORT_PIECE ? Buffer.from(data) : data);
    this.#receivedCost += data.length + PIECE_COST;
  }

  /** Hands to the reader what it wants, and credits the peer with it. */
  #pass(): void {
    while (this.#wantsMore && this.#received.length > 0) {
      const data = this.#received.shift()!;
      this.#receivedCost -= data.length + PIECE_COST;
      this.#credit(data.length);
      this.#wantsMore = this.push(data);
    }
    if (this.#finReceived && this.#received.length === 0) this.push(null);
    if (this.#receivedCost <= MAX_HELD) this.#onRoom?.();
  }

  #credit(bytes: number): void {
    this.#uncredited += bytes;
    if (this.#finReceived || this.#uncredited < RECEIVE_WINDOW / 2) return;
    this.#carrier.sendCredit(this, this.#uncredited);
    this.#uncredited = 0;
  }
}

import type { Writable } from 'node:stream';
import type { Sink } from '../message.ts';

/** A socket's stream as the place where an answer goes. Nothing is written to one whose client is gone. */
export class StreamSink implements Sink {
  readonly #stream: Writable;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  write(bytes: Uint8Array): void {
    if (this.#isOpen) this.#stream.write(bytes);
  }

  end(): void {
    if (this.#isOpen) this.#stream.end();
  }

  abort(): void {
    this.#stream.destroy();
  }

  get waitingBytes(): number {
    return this.#stream.writableLength;
  }

  async whenDrained(): Promise<void> {
    if (!this.#stream.writableNeedDrain || !this.#isOpen) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const events = ['drain', 'close', 'error'];
    for (const event of events) this.#stream.once(event, resolve);
    await promise;
    for (const event of events) this.#stream.off(event, resolve);
  }

  get #isOpen(): boolean {
    return !this.#stream.destroyed && !this.#stream.writableEnded;
  }
}

import { MASK_31_BITS } from './frames.ts';
import { SpdyProtocolError } from './protocolError.ts';

/** Bytes that each side may send before it hears of the other's reading (SPDY/3.1). */
export const DEFAULT_WINDOW = 65_536;

/**
 * How much the peer still takes: on one stream, or on the whole connection. It starts without limit, because kubectl, containerd and
 * all others that are built on spdystream never send a WINDOW_UPDATE; it binds once the peer has shown that it keeps windows.
 */
export class SendWindow {
  #available: number;
  #binding: boolean;
  #wake: (() => void)[] = [];

  constructor(binding: boolean, size = DEFAULT_WINDOW) {
    this.#binding = binding;
    this.#available = size;
  }

  get available(): number {
    return this.#binding ? Math.max(0, this.#available) : Number.POSITIVE_INFINITY;
  }

  take(bytes: number): void {
    this.#available -= bytes;
  }

  /** The peer has read, or has changed the size of its windows (then `bytes` may be negative). */
  grow(bytes: number): void {
    this.#available += bytes;
    if (this.#available > MASK_31_BITS) throw new SpdyProtocolError('A window has grown beyond 2^31-1 bytes');
    this.release();
  }

  bind(): void {
    this.#binding = true;
  }

  /** Resolves when it is worth to look again. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  /** Wakes all who wait, if only to let them see that the stream is closed. */
  release(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}

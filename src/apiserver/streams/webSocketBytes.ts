import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { negotiateWebSocket } from './protocols.ts';
import { acceptWebSocket } from './upgrade.ts';

const BASE64_PROTOCOL = 'base64.binary.k8s.io';
const PROTOCOLS = ['binary.k8s.io', BASE64_PROTOCOL];

/** A place for the bytes of an answer, in a WebSocket that carries nothing else: as they are, or as base64 in texts. */
export class WebSocketBytes {
  /** Resolves when the client is gone. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #isBase64: boolean;
  /** Settles when the last message has left. */
  #sent: Promise<void> = Promise.resolve();

  private constructor(socket: WebSocket, isBase64: boolean) {
    this.#socket = socket;
    this.#isBase64 = isBase64;
    socket.on('error', () => {}); // `close` follows
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  /** Says yes to the client, and greets it with an empty message, as upstream does. Throws a `StatusError`. */
  static async accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<WebSocketBytes> {
    const protocol = negotiateWebSocket(request, PROTOCOLS);
    const bytes = new WebSocketBytes(
      await acceptWebSocket(request, socket, head, protocol),
      protocol === BASE64_PROTOCOL,
    );
    bytes.write(new Uint8Array());
    return bytes;
  }

  write(bytes: Uint8Array): void {
    const message = this.#isBase64 ? Buffer.from(bytes).toString('base64') : bytes;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.send(message, () => resolve());
    this.#sent = promise;
  }

  end(): void {
    this.#socket.close(1000);
  }

  get waitingBytes(): number {
    return this.#socket.bufferedAmount;
  }

  whenDrained(): Promise<void> {
    return this.#sent;
  }
}

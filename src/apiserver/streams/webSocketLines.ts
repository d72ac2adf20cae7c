import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { badRequest } from '../../apimachinery/errors.ts';
import { acceptWebSocket, protocolsIn } from './upgrade.ts';

const NEWLINE = 0x0a;

/** Accepts a WebSocket that carries text only. The one subprotocol that a client may name is answered as it stands, as upstream does for watches. */
export function acceptTextWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<WebSocket> {
  const [protocol = '', ...more] = protocolsIn(request, 'sec-websocket-protocol');
  if (more.length > 0) throw badRequest('at most one subprotocol can be asked for');
  return acceptWebSocket(request, socket, head, protocol);
}

/** A place for the lines of an answer: each becomes a message. */
export class WebSocketLines {
  /** Resolves when the client is gone. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('error', () => {}); // `close` follows
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  /** Whole lines, one or more. */
  write(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline + 1;
      this.#socket.send(bytes.subarray(start, end), { binary: false }, () => {});
      start = end;
    }
  }

  end(): void {
    this.#socket.close(1000);
  }

  get waitingBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** A watch never waits: one that falls far behind is ended. */
  whenDrained(): Promise<void> {
    return Promise.resolve();
  }
}

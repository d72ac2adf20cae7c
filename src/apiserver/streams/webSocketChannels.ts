import { Duplex, Writable } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { giveUpUnless } from './clientTimeout.ts';
import type { ChannelEncoding } from './protocols.ts';

/** In v5, a message on this channel closes the one that it names. */
const CLOSE_CHANNEL = 255;

/** Byte streams side by side in one WebSocket: each message begins with the number of its channel. */
export class WebSocketChannels {
  /** Resolves when the WebSocket is closed, from whichever side. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #encoding: ChannelEncoding;
  readonly #receivers = new Map<number, (data: Buffer | null) => void>();
  readonly #streams: Writable[] = [];
  readonly #full = new Set<Duplex>();
  /** Settles when the last message has left. */
  #sent: Promise<void> = Promise.resolve();
  #closing = false;

  /** `closable` (v5): the peer may close single channels. */
  constructor(socket: WebSocket, encoding: ChannelEncoding, closable = false) {
    this.#socket = socket;
    this.#encoding = encoding;
    socket.on('error', () => {}); // `close` follows
    socket.on('message', (message) => this.#receive(bytesOf(message), closable));
    this.closed = new Promise<void>((resolve) => socket.once('close', () => resolve())).then(() => {
      for (const receive of this.#receivers.values()) receive(null);
      for (const stream of this.#streams) stream.destroy(new Error('The peer is gone'));
    });
  }

  /** Calls `receive` with each message of a channel, and with null when there will be no more. */
  onMessage(channel: number, receive: (data: Buffer | null) => void): void {
    this.#receivers.set(channel, receive);
  }

  /**
   * Both directions of a channel. While nobody reads it the whole WebSocket pauses, as its messages come in one line. As the peer
   * cannot end a channel, it ends with what we send.
   */
  duplex(channel: number): Duplex {
    const makeRoom = () => this.#makeRoom(duplex);
    const duplex = new Duplex({
      read: makeRoom,
      write: this.#writeTo(channel),
      final: (done) => {
        this.#closeChannel(channel);
        done();
      },
      destroy(error, done) {
        makeRoom();
        done(error);
      },
    });
    this.onMessage(channel, (data) => {
      if (duplex.destroyed || duplex.readableEnded || duplex.push(data) || data === null) return;
      this.#full.add(duplex);
      this.#socket.pause();
    });
    return this.#add(duplex);
  }

  /** Sends each chunk as a message. Ending it tells the peer nothing. */
  writable(channel: number): Writable {
    return this.#add(new Writable({ write: this.#writeTo(channel) }));
  }

  /**
   * Sends one message. They leave one by one, so that each has a TLS record of its own: Python's client waits until the socket has
   * something and then takes one message, and would leave a second one from the same record where it no longer looks.
   */
  send(channel: number, data: Buffer, done: (error?: Error) => void = () => {}): void {
    const message =
      this.#encoding === 'binary'
        ? Buffer.concat([Buffer.of(channel), data])
        : `${channel}${data.toString('base64')}`;
    this.#sent = this.#sent.then(() => this.#sendNow(message, done));
  }

  /** Closes once everything that was sent has left. */
  close(): void {
    this.#closing = true;
    void this.#sent.then(() => this.#socket.close(1000));
    void giveUpUnless(this.closed, () => this.#socket.terminate());
    this.#socket.resume(); // else a paused one would never see the peer's answer
  }

  #sendNow(message: Buffer | string, done: (error?: Error) => void): Promise<void> {
    return new Promise((resolve) =>
      this.#socket.send(message, (error) => {
        done(error);
        resolve();
      }),
    );
  }

  #writeTo(channel: number) {
    return (chunk: Buffer, _encoding: string, done: (error?: Error) => void) =>
      this.send(channel, chunk, done);
  }

  #add<Stream extends Writable>(stream: Stream): Stream {
    stream.on('error', () => {}); // whoever reads or writes finds it destroyed; nobody is obliged to listen
    this.#streams.push(stream);
    return stream;
  }

  #receive(message: Buffer, closable: boolean): void {
    if (message.length === 0 || this.#closing) return;
    const isText = this.#encoding === 'base64';
    const channel = isText ? message[0]! - ZERO : message[0]!;
    const data = isText ? Buffer.from(message.toString('latin1', 1), 'base64') : message.subarray(1);
    if (closable && channel === CLOSE_CHANNEL) this.#closeChannel(data[0]);
    else if (data.length > 0) this.#receivers.get(channel)?.(data);
  }

  #closeChannel(channel: number | undefined): void {
    if (channel === undefined) return;
    this.#receivers.get(channel)?.(null);
    this.#receivers.delete(channel);
  }

  #makeRoom(duplex: Duplex): void {
    if (this.#full.delete(duplex) && this.#full.size === 0) this.#socket.resume();
  }
}

const ZERO = 0x30;

/** With `binaryType` as it is by default, the other types of `RawData` do not occur. */
const bytesOf = (message: RawData): Buffer => message as Buffer;

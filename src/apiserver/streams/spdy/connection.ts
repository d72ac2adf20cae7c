import type { Duplex } from 'node:stream';
import { FrameParser } from './frameParser.ts';
import {
  type ControlFrame,
  type Frame,
  GOAWAY_OK,
  INITIAL_WINDOW_SIZE,
  RST_STATUS,
  type Setting,
} from './frames.ts';
import { FrameWriter } from './frameWriter.ts';
import {
  decodeHeaders,
  encodeHeaders,
  HeaderDeflater,
  HeaderInflater,
  type SpdyHeaders,
} from './headerBlock.ts';
import { SpdyProtocolError } from './protocolError.ts';
import { DEFAULT_WINDOW, SendWindow } from './sendWindow.ts';
import { RECEIVE_WINDOW, SpdyStream, type StreamCarrier } from './stream.ts';

/** What the peer may have open at once. A forwarded connection takes two. */
const MAX_STREAMS = 512;

export interface SpdyHandler {
  /** Whether a stream that the peer opens with these headers is taken; else it is refused. */
  accepts(headers: SpdyHeaders): boolean;
  onStream(stream: SpdyStream): void;
}

const ACCEPTS_NOTHING: SpdyHandler = { accepts: () => false, onStream: () => {} };

/** Both ends of SPDY/3.1 over any transport (a socket, or a tunnel in a WebSocket). */
export class SpdyConnection {
  /** Resolves when the transport is closed, from whichever side and for whatever reason. */
  readonly closed: Promise<void>;
  readonly #transport: Duplex;
  readonly #writer: FrameWriter;
  readonly #handler: SpdyHandler;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #awaitingReply = new Map<number, (stream: SpdyStream | Error) => void>();
  readonly #inflater = new HeaderInflater();
  readonly #deflater = new HeaderDeflater();
  readonly #isClient: boolean;
  #peerKeepsWindows = false;
  #peerInitialWindow = DEFAULT_WINDOW;
  #nextId: number;
  #lastPeerId = 0;
  #peerStreams = 0;
  #uncredited = 0;

  constructor(transport: Duplex, role: 'client' | 'server', handler = ACCEPTS_NOTHING) {
    this.#transport = transport;
    this.#writer = new FrameWriter(transport);
    this.#handler = handler;
    this.#isClient = role === 'client';
    this.#nextId = this.#isClient ? 1 : 2;
    transport.on('error', () => {}); // `close` follows
    this.closed = new Promise<void>((resolve) => {
      if (transport.closed) resolve();
      else transport.once('close', resolve);
    }).then(() => this.#closeStreams());
    this.#writer.send({ kind: 'settings', entries: [{ id: INITIAL_WINDOW_SIZE, value: RECEIVE_WINDOW }] });
    void this.#read();
  }

  /** Opens a stream and waits until the peer has taken it. Rejects when it refuses, or when the connection is lost. */
  openStream(headers: SpdyHeaders): Promise<SpdyStream> {
    if (this.#transport.destroyed) return Promise.reject(new Error('The connection is closed'));
    const streamId = this.#nextId;
    this.#nextId += 2;
    this.#addStream(streamId, headers);
    const headerBlock = this.#deflater.deflate(encodeHeaders(headers));
    this.#writer.send({ kind: 'synStream', streamId, fin: false, unidirectional: false, headerBlock });
    return new Promise((resolve, reject) => {
      this.#awaitingReply.set(streamId, (answer) =>
        answer instanceof Error ? reject(answer) : resolve(answer),
      );
    });
  }

  /** Says good-bye and closes the transport once everything that was written has left. */
  end(): void {
    if (this.#transport.writableEnded || this.#transport.destroyed) return;
    this.#writer.send({ kind: 'goAway', lastGoodStreamId: this.#lastPeerId, status: GOAWAY_OK });
    this.#transport.end();
  }

  destroy(error?: Error): void {
    this.#transport.destroy(error);
  }

  readonly #carrier: StreamCarrier = {
    sendData: (stream, data, fin) => this.#writer.sendData(stream, data, fin),
    sendCredit: (stream, delta) => this.#writer.send({ kind: 'windowUpdate', streamId: stream.id, delta }),
    forget: (stream, complete) => this.#forget(stream, complete),
  };

  async #read(): Promise<void> {
    const parser = new FrameParser();
    try {
      for await (const chunk of this.#transport) {
        for (const frame of parser.parse(chunk)) {
          const room = this.#receive(frame);
          if (room) await room;
        }
      }
    } catch {
      // The connection is lost or the peer breaks the protocol: either way there is nobody left to tell.
    } finally {
      this.destroy();
      this.#inflater.close();
    }
  }

  /** A promise means that the next frame has to wait for it. */
  #receive(frame: Frame): Promise<void> | undefined {
    switch (frame.kind) {
      case 'data':
        return this.#receiveData(frame.streamId, frame.data, frame.fin);
      case 'synStream':
        return this.#receiveSynStream(frame);
      case 'synReply':
      case 'headers':
        return this.#receiveHeaders(frame);
      case 'rstStream':
        return this.#receiveReset(frame.streamId, frame.status);
      case 'settings':
        return this.#receiveSettings(frame.entries);
      case 'windowUpdate':
        return this.#receiveCredit(frame.streamId, frame.delta);
      case 'ping':
        if ((frame.id & 1) !== (this.#isClient ? 1 : 0)) this.#writer.send(frame);
        return undefined;
      case 'goAway':
        return undefined; // the peer closes the transport when its streams are done
    }
  }

  /** Data for a stream that we have forgotten was on its way when we reset it. */
  #receiveData(streamId: number, data: Buffer, fin: boolean): Promise<void> | undefined {
    // Each stream bounds what we hold for it, so the connection's own window is given back at once.
    this.#uncredited += data.length;
    if (this.#uncredited >= DEFAULT_WINDOW / 2) {
      this.#writer.send({ kind: 'windowUpdate', streamId: 0, delta: this.#uncredited });
      this.#uncredited = 0;
    }
    return this.#streams.get(streamId)?.receive(data, fin);
  }

  async #receiveSynStream(frame: ControlFrame & { kind: 'synStream' }): Promise<void> {
    const { streamId } = frame;
    // Even a refused stream's headers are part of the one zlib stream.
    const headers = decodeHeaders(await this.#inflater.inflate(frame.headerBlock));
    const isPeers = (streamId & 1) === (this.#isClient ? 0 : 1);
    if (!isPeers || streamId <= this.#lastPeerId)
      throw new SpdyProtocolError(`Stream ${streamId} out of turn`);
    this.#lastPeerId = streamId;
    if (!this.#takes(frame, headers)) {
      this.#writer.send({ kind: 'rstStream', streamId, status: RST_STATUS.REFUSED_STREAM });
      return;
    }
    this.#peerStreams++;
    const stream = this.#addStream(streamId, headers);
    // The reply goes first: kubectl throws away data that comes before it.
    const headerBlock = this.#deflater.deflate(encodeHeaders(new Map()));
    this.#writer.send({ kind: 'synReply', streamId, fin: false, headerBlock });
    if (frame.fin) stream.receive(Buffer.alloc(0), true);
    this.#handler.onStream(stream);
  }

  /** Nobody who speaks to Kubernetes opens streams for one direction only. */
  #takes(frame: ControlFrame & { kind: 'synStream' }, headers: SpdyHeaders): boolean {
    return !frame.unidirectional && this.#peerStreams < MAX_STREAMS && this.#handler.accepts(headers);
  }

  async #receiveHeaders(frame: ControlFrame & { kind: 'synReply' | 'headers' }): Promise<void> {
    decodeHeaders(await this.#inflater.inflate(frame.headerBlock));
    const stream = this.#streams.get(frame.streamId);
    if (!stream) return;
    if (frame.kind === 'synReply') this.#answerOpen(frame.streamId, stream);
    if (frame.fin) stream.receive(Buffer.alloc(0), true);
  }

  #receiveReset(streamId: number, status: number): undefined {
    const stream = this.#streams.get(streamId);
    if (stream) this.#abandon(stream, new Error(`The peer reset the stream (status ${status})`));
  }

  #receiveSettings(entries: readonly Setting[]): undefined {
    const setting = entries.findLast(({ id }) => id === INITIAL_WINDOW_SIZE);
    if (!setting) return;
    this.#bindWindows();
    const growth = setting.value - this.#peerInitialWindow;
    this.#peerInitialWindow = setting.value;
    for (const stream of this.#streams.values()) stream.sendWindow.grow(growth);
  }

  #receiveCredit(streamId: number, delta: number): undefined {
    this.#bindWindows();
    if (streamId === 0) this.#writer.window.grow(delta);
    else this.#streams.get(streamId)?.sendWindow.grow(delta);
  }

  #bindWindows(): void {
    if (this.#peerKeepsWindows) return;
    this.#peerKeepsWindows = true;
    this.#writer.window.bind();
    for (const stream of this.#streams.values()) stream.sendWindow.bind();
  }

  #addStream(id: number, headers: SpdyHeaders): SpdyStream {
    const window = new SendWindow(this.#peerKeepsWindows, this.#peerInitialWindow);
    const stream = new SpdyStream(id, headers, window, this.#carrier);
    this.#streams.set(id, stream);
    return stream;
  }

  #forget(stream: SpdyStream, complete: boolean): void {
    if (!this.#streams.delete(stream.id)) return;
    if ((stream.id & 1) === (this.#isClient ? 0 : 1)) this.#peerStreams--;
    this.#answerOpen(stream.id, stream.errored ?? new Error('The stream was closed'));
    if (!complete) this.#writer.send({ kind: 'rstStream', streamId: stream.id, status: RST_STATUS.CANCEL });
  }

  #answerOpen(streamId: number, answer: SpdyStream | Error): void {
    this.#awaitingReply.get(streamId)?.(answer);
    this.#awaitingReply.delete(streamId);
  }

  #closeStreams(): void {
    for (const stream of this.#streams.values()) this.#abandon(stream, new Error('The connection is closed'));
    this.#writer.window.release();
  }

  /** Servers that are built on spdystream reset their streams when the command has ended, and its last output still counts. */
  #abandon(stream: SpdyStream, error: Error): void {
    this.#answerOpen(stream.id, error);
    if (this.#isClient) stream.abandonOnceRead(error);
    else stream.abandon(error);
  }
}

import type { Duplex } from 'node:stream';
import { type ControlFrame, encodeControlFrame, encodeDataHeader } from './frames.ts';
import { SpdyProtocolError } from './protocolError.ts';
import { SendWindow } from './sendWindow.ts';
import type { SpdyStream } from './stream.ts';

/** Bytes of answers to control frames that a peer may leave unread; only one that floods us gets there. */
const MAX_UNREAD_ANSWERS = 65_536;

/** Bytes in one data frame: short enough that streams take turns. */
const MAX_DATA_FRAME = 32_768;

/** Puts frames on the transport: control frames at once, data as the windows and the transport allow. */
export class FrameWriter {
  /** Of the whole connection; each stream has another. */
  readonly window = new SendWindow(false);
  readonly #transport: Duplex;
  #unreadAnswers = 0;

  constructor(transport: Duplex) {
    this.#transport = transport;
  }

  send(frame: ControlFrame): void {
    if (!this.#transport.writable) return;
    const bytes = encodeControlFrame(frame);
    this.#unreadAnswers += bytes.length;
    if (this.#unreadAnswers > MAX_UNREAD_ANSWERS) {
      this.#transport.destroy(new SpdyProtocolError('The peer does not read the answers to its frames'));
      return;
    }
    this.#transport.write(bytes, () => {
      this.#unreadAnswers -= bytes.length;
    });
  }

  /** Resolves when the transport has taken everything. Rejects when the stream or the connection is lost. */
  async sendData(stream: SpdyStream, data: Buffer, fin: boolean): Promise<void> {
    if (data.length === 0) return this.#sendFrame(stream.id, data, fin);
    for (let offset = 0; offset < data.length; ) {
      const length = await this.#reserve(stream, data.length - offset);
      const piece = data.subarray(offset, offset + length);
      offset += length;
      await this.#sendFrame(stream.id, piece, fin && offset === data.length);
    }
  }

  /** Takes from both windows what may be sent now; waits for at least one byte. */
  async #reserve(stream: SpdyStream, wanted: number): Promise<number> {
    for (;;) {
      if (!stream.isOpen) throw new Error('The stream is closed');
      const bytes = Math.min(wanted, MAX_DATA_FRAME, stream.sendWindow.available, this.window.available);
      if (bytes > 0) {
        stream.sendWindow.take(bytes);
        this.window.take(bytes);
        return bytes;
      }
      await (stream.sendWindow.available > 0 ? this.window : stream.sendWindow).changed();
    }
  }

  #sendFrame(streamId: number, data: Buffer, fin: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#transport.writable) return reject(new Error('The connection is closed'));
      const done = (error?: Error | null) => (error ? reject(error) : resolve());
      const header = encodeDataHeader(streamId, fin, data.length);
      if (data.length === 0) return this.#transport.write(header, done);
      this.#transport.cork();
      this.#transport.write(header);
      this.#transport.write(data, done);
      this.#transport.uncork();
    });
  }
}

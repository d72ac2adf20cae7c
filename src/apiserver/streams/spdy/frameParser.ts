import { decodeControlFrame, FLAG_FIN, type Frame, MASK_31_BITS } from './frames.ts';
import { SpdyProtocolError } from './protocolError.ts';

/** Bytes. Data frames may be longer, as they are handed out in pieces. */
const MAX_CONTROL_FRAME = 16_384;
const HEADER_LENGTH = 8;

/** Cuts a stream of bytes into frames. Holds at most one control frame, and no data. */
export class FrameParser {
  /** Bytes of a header or a control frame that is not complete yet. */
  #held: Buffer = Buffer.alloc(0);
  /** The data frame within which we are. */
  #data: { streamId: number; fin: boolean; missing: number } | undefined;

  /** Yields what `chunk` completes. Throws `SpdyProtocolError`; no more can be parsed after that. */
  *parse(chunk: Buffer): Generator<Frame> {
    let rest = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    while (rest.length > 0) {
      const taken = this.#data ? yield* this.#takeData(this.#data, rest) : yield* this.#takeFrame(rest);
      if (taken === 0) break;
      rest = rest.subarray(taken);
    }
    this.#held = Buffer.from(rest); // a copy: the chunk may be large
  }

  *#takeData(
    frame: { streamId: number; fin: boolean; missing: number },
    bytes: Buffer,
  ): Generator<Frame, number> {
    const data = bytes.subarray(0, frame.missing);
    frame.missing -= data.length;
    const last = frame.missing === 0;
    if (last) this.#data = undefined;
    yield { kind: 'data', streamId: frame.streamId, fin: frame.fin && last, data };
    return data.length;
  }

  *#takeFrame(bytes: Buffer): Generator<Frame, number> {
    if (bytes.length < HEADER_LENGTH) return 0;
    const first = bytes.readUInt32BE(0);
    const flags = bytes[4]!;
    const length = bytes.readUIntBE(5, 3);
    if (first <= MASK_31_BITS) {
      yield* this.#startData(first, (flags & FLAG_FIN) !== 0, length);
      return HEADER_LENGTH;
    }
    if (length > MAX_CONTROL_FRAME) throw new SpdyProtocolError(`A control frame has ${length} bytes`);
    if (bytes.length < HEADER_LENGTH + length) return 0;
    const frame = decodeControlFrame(first, flags, bytes.subarray(HEADER_LENGTH, HEADER_LENGTH + length));
    if (frame) yield frame;
    return HEADER_LENGTH + length;
  }

  *#startData(streamId: number, fin: boolean, length: number): Generator<Frame> {
    if (length > 0) this.#data = { streamId, fin, missing: length };
    else yield { kind: 'data', streamId, fin, data: Buffer.alloc(0) };
  }
}

import { constants, createInflate } from 'node:zlib';
import { HEADER_DICTIONARY } from './headerDictionary.ts';
import { SpdyProtocolError } from './protocolError.ts';

/** Names are in lower case. */
export type SpdyHeaders = ReadonlyMap<string, string>;

/** Bytes of one header block, once inflated. Kubernetes' own are below 200. */
const MAX_INFLATED = 16_384;
const MAX_HEADERS = 64;

/** `count`, then the length and the bytes of each name and value. */
export function encodeHeaders(headers: SpdyHeaders): Buffer {
  const parts = [uint32(headers.size)];
  for (const text of [...headers].flat()) {
    const bytes = Buffer.from(text);
    parts.push(uint32(bytes.length), bytes);
  }
  return Buffer.concat(parts);
}

/** Throws `SpdyProtocolError` for anything but exactly one header block. */
export function decodeHeaders(block: Buffer): SpdyHeaders {
  let offset = 0;
  const number = () => {
    if (offset + 4 > block.length) throw new SpdyProtocolError('A header block ends too early');
    offset += 4;
    return block.readUInt32BE(offset - 4);
  };
  const text = () => {
    const length = number();
    if (offset + length > block.length) throw new SpdyProtocolError('A header block ends too early');
    offset += length;
    return block.toString('utf8', offset - length, offset);
  };
  const headers = new Map<string, string>();
  const count = number();
  if (count > MAX_HEADERS) throw new SpdyProtocolError(`A header block has ${count} headers`);
  for (let i = 0; i < count; i++) headers.set(text().toLowerCase(), text());
  if (offset !== block.length) throw new SpdyProtocolError('A header block goes on after its headers');
  return headers;
}

/**
 * Makes the zlib stream that carries our header blocks. It stores instead of compressing: the blocks are few and short, a stored block
 * is made at once (so frames leave in the order in which they are written), and nobody can guess at a header from its compressed size.
 */
export class HeaderDeflater {
  #begun = false;

  deflate(block: Buffer): Buffer {
    const start = this.#begun ? [] : [ZLIB_HEADER];
    this.#begun = true;
    // The empty block is a sync flush: some inflaters hand out what they have only then.
    return Buffer.concat([...start, storedHeader(block.length), block, storedHeader(0)]);
  }
}

/** Reads the zlib stream of the peer's header blocks. One call at a time. */
export class HeaderInflater {
  readonly #inflate = createInflate({
    dictionary: HEADER_DICTIONARY,
    flush: constants.Z_SYNC_FLUSH,
  });
  #parts: Buffer[] = [];
  #size = 0;
  #fail: (error: Error) => void = () => {};

  constructor() {
    this.#inflate.on('error', (error) => this.#fail(new SpdyProtocolError(`Bad header: ${error.message}`)));
    this.#inflate.on('data', (part: Buffer) => this.#collect(part));
  }

  /** Rejects with `SpdyProtocolError`; the stream cannot be read on after that. */
  inflate(block: Buffer): Promise<Buffer> {
    this.#parts = [];
    this.#size = 0;
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      this.#inflate.write(block, () => {
        this.#inflate.read(); // what is not yet handed to `data`
        resolve(Buffer.concat(this.#parts));
      });
    });
  }

  close(): void {
    this.#inflate.destroy();
    this.#fail(new SpdyProtocolError('The connection is closed'));
  }

  #collect(part: Buffer): void {
    this.#parts.push(part);
    this.#size += part.length;
    if (this.#size <= MAX_INFLATED) return;
    this.#fail(new SpdyProtocolError(`A header block is longer than ${MAX_INFLATED} bytes`));
    this.#inflate.destroy();
  }
}

/** Deflate with a 32 KiB window, no dictionary (RFC 1950). */
const ZLIB_HEADER = Buffer.from([0x78, 0x01]);

/** A block that is not the last and not compressed (RFC 1951, section 3.2.4). */
function storedHeader(length: number): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt16LE(length, 1);
  header.writeUInt16LE(length ^ 0xffff, 3);
  return header;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

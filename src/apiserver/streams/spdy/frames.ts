import { SpdyProtocolError } from './protocolError.ts';

/** Stream 0 in a `windowUpdate` means the whole connection. Header blocks are still compressed. */
export type Frame =
  | ControlFrame
  /** A frame that arrives in pieces is handed out in pieces; `fin` is on the last. */
  | { readonly kind: 'data'; readonly streamId: number; readonly fin: boolean; readonly data: Buffer };

export type ControlFrame =
  | {
      readonly kind: 'synStream';
      readonly streamId: number;
      readonly fin: boolean;
      readonly unidirectional: boolean;
      readonly headerBlock: Buffer;
    }
  | {
      readonly kind: 'synReply' | 'headers';
      readonly streamId: number;
      readonly fin: boolean;
      readonly headerBlock: Buffer;
    }
  | { readonly kind: 'rstStream'; readonly streamId: number; readonly status: number }
  | { readonly kind: 'settings'; readonly entries: readonly Setting[] }
  | { readonly kind: 'ping'; readonly id: number }
  | { readonly kind: 'goAway'; readonly lastGoodStreamId: number; readonly status: number }
  | { readonly kind: 'windowUpdate'; readonly streamId: number; readonly delta: number };

export interface Setting {
  readonly id: number;
  readonly value: number;
}

/** SETTINGS_INITIAL_WINDOW_SIZE: of each stream, in bytes. */
export const INITIAL_WINDOW_SIZE = 7;

/** What an RST_STREAM says. */
export const RST_STATUS = { REFUSED_STREAM: 3, CANCEL: 5 } as const;

/** A GOAWAY without a complaint. */
export const GOAWAY_OK = 0;

const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const SETTINGS = 4;
const PING = 6;
const GOAWAY = 7;
const HEADERS = 8;
const WINDOW_UPDATE = 9;

export const FLAG_FIN = 1;
const FLAG_UNIDIRECTIONAL = 2;

const VERSION = 3;
/** Stream ids and window sizes have 31 bits; the first bit is reserved. */
export const MASK_31_BITS = 0x7fff_ffff;

export function encodeControlFrame(frame: ControlFrame): Buffer {
  switch (frame.kind) {
    case 'synStream': {
      const flags = (frame.fin ? FLAG_FIN : 0) | (frame.unidirectional ? FLAG_UNIDIRECTIONAL : 0);
      // The associated stream, the priority and the credential slot all stay 0.
      const fixed = [...uint32(frame.streamId), ...uint32(0), 0, 0];
      return control(SYN_STREAM, flags, Buffer.from(fixed), frame.headerBlock);
    }
    case 'synReply':
    case 'headers': {
      const type = frame.kind === 'headers' ? HEADERS : SYN_REPLY;
      return control(type, frame.fin ? FLAG_FIN : 0, uint32(frame.streamId), frame.headerBlock);
    }
    case 'rstStream':
      return control(RST_STREAM, 0, uint32(frame.streamId), uint32(frame.status));
    case 'settings': {
      const entries = frame.entries.flatMap(({ id, value }) => [uint32(id), uint32(value)]);
      return control(SETTINGS, 0, uint32(frame.entries.length), ...entries);
    }
    case 'ping':
      return control(PING, 0, uint32(frame.id));
    case 'goAway':
      return control(GOAWAY, 0, uint32(frame.lastGoodStreamId), uint32(frame.status));
    case 'windowUpdate':
      return control(WINDOW_UPDATE, 0, uint32(frame.streamId), uint32(frame.delta));
  }
}

/** The eight bytes before the data. */
export function encodeDataHeader(streamId: number, fin: boolean, length: number): Buffer {
  const header = Buffer.allocUnsafe(8);
  header.writeUInt32BE(streamId);
  header.writeUInt32BE(length, 4);
  header[4] = fin ? FLAG_FIN : 0;
  return header;
}

/** Undefined for a type that we do not know, which is to be ignored. Throws `SpdyProtocolError`. */
export function decodeControlFrame(
  versionAndType: number,
  flags: number,
  body: Buffer,
): ControlFrame | undefined {
  const version = (versionAndType >>> 16) & 0x7fff;
  if (version !== VERSION) throw new SpdyProtocolError(`SPDY version ${version} is not spoken here`);
  const fin = (flags & FLAG_FIN) !== 0;
  const id = (offset: number) => number(body, offset) & MASK_31_BITS;
  switch (versionAndType & 0xffff) {
    case SYN_STREAM: {
      if (body.length < 10) throw new SpdyProtocolError('A SYN_STREAM is too short');
      const unidirectional = (flags & FLAG_UNIDIRECTIONAL) !== 0;
      return { kind: 'synStream', streamId: id(0), fin, unidirectional, headerBlock: body.subarray(10) };
    }
    case SYN_REPLY:
      return { kind: 'synReply', streamId: id(0), fin, headerBlock: body.subarray(4) };
    case HEADERS:
      return { kind: 'headers', streamId: id(0), fin, headerBlock: body.subarray(4) };
    case RST_STREAM:
      return { kind: 'rstStream', streamId: id(0), status: number(body, 4) };
    case SETTINGS:
      return { kind: 'settings', entries: decodeSettings(body) };
    case PING:
      return { kind: 'ping', id: number(body, 0) };
    case GOAWAY:
      return { kind: 'goAway', lastGoodStreamId: id(0), status: number(body, 4) };
    case WINDOW_UPDATE:
      return { kind: 'windowUpdate', streamId: id(0), delta: id(4) };
    default:
      return undefined;
  }
}

function decodeSettings(body: Buffer): Setting[] {
  const count = number(body, 0);
  if (body.length !== 4 + 8 * count) throw new SpdyProtocolError('A SETTINGS frame has the wrong length');
  return Array.from({ length: count }, (_, index) => ({
    id: number(body, 4 + 8 * index) & 0xff_ffff,
    value: number(body, 8 + 8 * index),
  }));
}

function number(body: Buffer, offset: number): number {
  if (offset + 4 > body.length) throw new SpdyProtocolError('A control frame is too short');
  return body.readUInt32BE(offset);
}

function control(type: number, flags: number, ...body: Buffer[]): Buffer {
  const length = body.reduce((sum, part) => sum + part.length, 0);
  const header = Buffer.alloc(8);
  header.writeUInt16BE(0x8000 | VERSION);
  header.writeUInt16BE(type, 2);
  header.writeUInt32BE(length, 4);
  header[4] = flags;
  return Buffer.concat([header, ...body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

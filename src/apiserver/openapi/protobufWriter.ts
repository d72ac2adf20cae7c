const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** One field of a protobuf message. Its length is known before a byte is written, so nothing is copied. */
export interface Field {
  readonly tag: number;
  readonly content: string | Message | boolean;
  /** Of the content alone, in bytes. */
  readonly length: number;
}

export type Message = readonly Field[];

/** A string; nothing when empty, as protobuf leaves out every zero. */
export const stringField = (number: number, text: string | undefined): Message =>
  text ? [{ tag: (number << 3) | LENGTH_DELIMITED, content: text, length: Buffer.byteLength(text) }] : [];

export const boolField = (number: number, value: boolean | undefined): Message =>
  value ? [{ tag: (number << 3) | VARINT, content: value, length: 1 }] : [];

/** A message within a message, written even when it is empty. */
export const messageField = (number: number, content: Message): Field => ({
  tag: (number << 3) | LENGTH_DELIMITED,
  content,
  length: lengthOf(content),
});

export function writeMessage(message: Message): Uint8Array {
  const bytes = Buffer.allocUnsafe(lengthOf(message));
  writeFields(bytes, 0, message);
  return bytes;
}

const lengthOf = (message: Message): number =>
  message.reduce((sum, { tag, content, length }) => {
    const prefix = typeof content === 'boolean' ? 0 : varintLength(length);
    return sum + varintLength(tag) + prefix + length;
  }, 0);

function writeFields(bytes: Buffer, start: number, message: Message): number {
  let at = start;
  for (const { tag, content, length } of message) {
    at = writeVarint(bytes, at, tag);
    if (typeof content === 'boolean') at = bytes.writeUInt8(Number(content), at);
    else {
      at = writeVarint(bytes, at, length);
      at = typeof content === 'string' ? at + bytes.write(content, at) : writeFields(bytes, at, content);
    }
  }
  return at;
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest > 0x7f; rest >>>= 7) length++;
  return length;
}

function writeVarint(bytes: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) at = bytes.writeUInt8((rest & 0x7f) | 0x80, at);
  return bytes.writeUInt8(rest, at);
}

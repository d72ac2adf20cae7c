/** What a field holds: an unsigned number below 2^53, a truth value, a text, or a message. */
type Kind = 'number' | 'boolean' | 'text' | Codec;

interface Codec {
  encode(message: object): Buffer;
  decode(bytes: Uint8Array): object;
}

/** A field's number, what it holds, and whether there may be many. */
type Field = readonly [number: number, kind: Kind, many?: 'many'];

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** How one kind of message is written in protobuf: as much of the format as etcd's needs. */
export class Message<T extends object> implements Codec {
  readonly #fields: [name: string, field: Field][];
  readonly #byNumber: Map<number, { name: string; field: Field }>;

  constructor(fields: { readonly [Name in keyof T]-?: Field }) {
    this.#fields = Object.entries<Field>(fields);
    this.#byNumber = new Map(this.#fields.map(([name, field]) => [field[0], { name, field }]));
  }

  /** Fields that are undefined are left out; zeros are written, for those of which etcd wants to know that they were set. */
  encode(message: T): Buffer {
    const parts: Uint8Array[] = [];
    for (const [name, field] of this.#fields) {
      const value = (message as Record<string, unknown>)[name];
      if (value === undefined) continue;
      for (const one of field[2] ? (value as unknown[]) : [value]) writeField(parts, field, one);
    }
    return Buffer.concat(parts);
  }

  /** Fields that were not sent hold what that means: 0, false, '', [] or, of a message, undefined. Unknown fields are skipped. */
  decode(bytes: Uint8Array): T {
    const message = this.#empty();
    const reader = new Reader(bytes);
    while (!reader.isAtEnd) {
      const tag = reader.number();
      const known = this.#byNumber.get(tag >>> 3);
      if (!known) reader.skip(tag & 7);
      else if (known.field[2]) (message[known.name] as unknown[]).push(reader.value(known.field[1]));
      else message[known.name] = reader.value(known.field[1]);
    }
    return message as T;
  }

  #empty(): Record<string, unknown> {
    const message: Record<string, unknown> = {};
    for (const [name, [, kind, many]] of this.#fields) message[name] = many ? [] : emptyValue(kind);
    return message;
  }
}

function emptyValue(kind: Kind): unknown {
  if (kind === 'number') return 0;
  if (kind === 'boolean') return false;
  return kind === 'text' ? '' : undefined;
}

function writeField(parts: Uint8Array[], [number, kind]: Field, value: unknown): void {
  if (kind === 'number' || kind === 'boolean') {
    parts.push(varint(number * 8 + VARINT), varint(Number(value)));
    return;
  }
  const bytes = kind === 'text' ? Buffer.from(value as string) : kind.encode(value as object);
  parts.push(varint(number * 8 + LENGTH_DELIMITED), varint(bytes.length), bytes);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

class Reader {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#bytes.length;
  }

  number(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.#bytes[this.#position++];
      if (byte === undefined) throw new Error('Cannot read a message: it ends too early');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
  }

  value(kind: Kind): unknown {
    if (kind === 'number') return this.number();
    if (kind === 'boolean') return this.number() !== 0;
    const bytes = this.#block(this.number());
    return kind === 'text' ? bytes.toString() : kind.decode(bytes);
  }

  skip(wireType: number): void {
    if (wireType === VARINT) this.number();
    else if (wireType === LENGTH_DELIMITED) this.#block(this.number());
    else if (wireType === FIXED_64) this.#block(8);
    else if (wireType === FIXED_32) this.#block(4);
    else throw new Error(`Cannot read a message: unknown wire type ${wireType}`);
  }

  #block(length: number): Buffer {
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new Error('Cannot read a message: it ends too early');
    const block = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return block;
  }
}

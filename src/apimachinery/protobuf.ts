/** What a field holds: a number (exact up to 2^53), a truth value, a text, texts by name, or a message. */
type Kind = 'number' | 'boolean' | 'text' | 'map' | Codec;

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

/** How one kind of message is written in protobuf: as much of the format as the APIs of etcd and CRI need. */
export class Message<T extends object> implements Codec {
  readonly #fields: [name: string, field: Field][];
  readonly #byNumber: Map<number, { name: string; field: Field }>;

  constructor(fields: { readonly [Name in keyof T]-?: Field }) {
    this.#fields = Object.entries<Field>(fields);
    this.#byNumber = new Map(this.#fields.map(([name, field]) => [field[0], { name, field }]));
  }

  /** Fields that are undefined are left out; zeros are written, for those of which a server wants to know that they were set. */
  encode(message: T): Buffer {
    const parts: Uint8Array[] = [];
    for (const [name, field] of this.#fields) {
      const value = (message as Record<string, unknown>)[name];
      if (value === undefined) continue;
      for (const one of field[2] ? (value as unknown[]) : [value]) writeField(parts, field, one);
    }
    return Buffer.concat(parts);
  }

  /** Fields that were not sent hold what that means: 0, false, '', [], {} or, of a message, undefined. Unknown fields are skipped. */
  decode(bytes: Uint8Array): T {
    const message = this.#empty();
    const reader = new Reader(bytes);
    while (!reader.isAtEnd) {
      const tag = reader.number();
      const known = this.#byNumber.get(tag >>> 3);
      if (!known) reader.skip(tag & 7);
      else if (known.field[1] === 'map') addEntry(message[known.name] as Texts, reader.value(mapEntry));
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

type Texts = Record<string, string>;

interface MapEntry {
  key: string;
  value: string;
}

const mapEntry: Codec = new Message<MapEntry>({ key: [1, 'text'], value: [2, 'text'] });

function addEntry(texts: Texts, entry: unknown): void {
  const { key, value } = entry as MapEntry;
  texts[key] = value;
}

function emptyValue(kind: Kind): unknown {
  if (kind === 'number') return 0;
  if (kind === 'boolean') return false;
  if (kind === 'map') return {};
  return kind === 'text' ? '' : undefined;
}

function writeField(parts: Uint8Array[], [number, kind]: Field, value: unknown): void {
  if (kind === 'number' || kind === 'boolean') {
    parts.push(varint(number * 8 + VARINT), varint(Number(value)));
    return;
  }
  if (kind === 'map') {
    for (const [key, text] of Object.entries(value as Texts))
      writeField(parts, [number, mapEntry], { key, value: text });
    return;
  }
  const bytes = kind === 'text' ? Buffer.from(value as string) : kind.encode(value as object);
  parts.push(varint(number * 8 + LENGTH_DELIMITED), varint(bytes.length), bytes);
}

function varint(value: number): Uint8Array {
  if (value < 0) return negativeVarint(value);
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** Ten bytes: the two's complement of 64 bits. */
function negativeVarint(value: number): Uint8Array {
  const bits = BigInt.asUintN(64, BigInt(value));
  return Uint8Array.from({ length: 10 }, (_, index) => {
    const seven = Number((bits >> BigInt(7 * index)) & 0x7fn);
    return index < 9 ? seven + 0x80 : seven;
  });
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
    const begin = this.#position;
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.#bytes[this.#position++];
      if (byte === undefined) throw new Error('Cannot read a message: it ends too early');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return this.#position - begin < 10 ? value : this.#negative(begin);
      factor *= 0x80;
    }
  }

  #negative(begin: number): number {
    const bytes = this.#bytes.subarray(begin, this.#position);
    const bits = bytes.reduceRight((sum, byte) => (sum << 7n) + BigInt(byte & 0x7f), 0n);
    return Number(BigInt.asIntN(64, bits));
  }

  value(kind: Exclude<Kind, 'map'>): unknown {
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

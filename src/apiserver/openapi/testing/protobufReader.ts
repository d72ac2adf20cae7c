/** A protobuf message read without its description: the values of each field number, in order. */
export type Message = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

/** Reads the two wire types that the documents use: numbers and bytes. */
export function readMessage(bytes: Uint8Array): Message {
  const message = new Map<number, (number | Uint8Array)[]>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const values = message.get(tag >> 3) ?? [];
    message.set(tag >> 3, values);
    if ((tag & 7) === 0) values.push(varint());
    else if ((tag & 7) === 2) {
      const length = varint();
      values.push(bytes.subarray(at, at + length));
      at += length;
    } else throw new Error(`Cannot read field ${tag >> 3}: wire type ${tag & 7}`);
  }
  return message;
}

export const messages = (from: Message, number: number): Message[] =>
  (from.get(number) ?? []).map((value) => readMessage(value as Uint8Array));

export const strings = (from: Message, number: number): string[] =>
  (from.get(number) ?? []).map((value) => Buffer.from(value as Uint8Array).toString());

/** Repeated pairs of a name (1) and a message (2). */
export const namedMessages = (from: Message, number: number): [string, Message][] =>
  messages(from, number).map((pair) => [strings(pair, 1)[0] ?? '', messages(pair, 2)[0]!]);

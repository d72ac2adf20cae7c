/** The parts of a protobuf message, each already with its tag. */
export type Fields = readonly Uint8Array[];

const NOTHING = new Uint8Array();
const LENGTH_DELIMITED = 2;
const VARINT = 0;

/** A string field; left out when empty, as protobuf leaves out every zero. */
export const stringField = (number: number, text: string | undefined): Uint8Array =>
  text ? bytesField(number, Buffer.from(text)) : NOTHING;

export const boolField = (number: number, value: boolean | undefined): Uint8Array =>
  value ? Uint8Array.of(...varint((number << 3) | VARINT), 1) : NOTHING;

/** A message within a message, written even when it is empty. */
export const messageField = (number: number, fields: Fields): Uint8Array =>
  bytesField(number, Buffer.concat(fields));

function bytesField(number: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([varint((number << 3) | LENGTH_DELIMITED), varint(bytes.length), bytes]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

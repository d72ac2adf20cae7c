import { badRequest } from '../../../apimachinery/errors.ts';
import type { ParsedBody } from '../../../apimachinery/schema/parseBody.ts';
import type { Definition } from '../../../apimachinery/schema/schema.ts';
import { decodeMessage } from './decodeMessage.ts';
import { readFields, WireError } from './wireReader.ts';

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** Every body begins with this, then comes a `runtime.Unknown`. */
const MAGIC = Buffer.from('k8s\0');

/**
 * Reads a body in Kubernetes' protobuf, which typed Go clients send since 1.35 without asking what the server takes. Throws 400
 * for what cannot be read.
 */
export function parseProtobuf(bytes: Uint8Array, kind: string, definition: Definition): ParsedBody {
  const unrecognized = (why: string) =>
    badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why}`);
  try {
    const value = decodeEnvelope(bytes, definition);
    return { value, unrecognized, duplicateFields: () => [] };
  } catch (error) {
    if (error instanceof WireError) throw unrecognized(error.message);
    throw error;
  }
}

function decodeEnvelope(bytes: Uint8Array, definition: Definition): object {
  if (!MAGIC.equals(bytes.subarray(0, MAGIC.length))) {
    throw new WireError(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  const parts = new Map(
    [...readFields(bytes.subarray(MAGIC.length))].map(({ number, value }) => [number, value]),
  );
  const typeMeta = new Map(
    [...readFields(asBytes(parts.get(1)))].map(({ number, value }) => [number, value]),
  );
  const text = (value: bigint | Uint8Array | undefined) => Buffer.from(asBytes(value)).toString();
  return {
    apiVersion: text(typeMeta.get(1)),
    kind: text(typeMeta.get(2)),
    ...decodeMessage(asBytes(parts.get(2)), definition),
  };
}

function asBytes(value: bigint | Uint8Array | undefined): Uint8Array {
  if (typeof value === 'bigint') throw new WireError('proto: wrong wireType');
  return value ?? new Uint8Array();
}

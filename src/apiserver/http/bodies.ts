import type { KubernetesObject } from '../../apimachinery/object.ts';
import { decodeObject, type FieldValidation } from '../../apimachinery/schema/decode.ts';
import { type ParsedBody, parseBody } from '../../apimachinery/schema/parseBody.ts';
import type { Definition } from '../../apimachinery/schema/schema.ts';
import { type AcceptedKind, checkTypeMeta } from '../../apimachinery/schema/typeMeta.ts';
import { type HttpRequest, header } from './message.ts';
import { PROTOBUF, parseProtobuf } from './protobuf/envelope.ts';

/** Upstream's bound on bodies. */
export const MAX_BODY_BYTES = 3 * 1_048_576;

/** Which kind a body must be. */
export interface ExpectedKind extends AcceptedKind {
  readonly definition: Definition;
}

/** Reads the object that a POST or PUT sends. Throws 400, 413 or 415 in upstream's words. */
export async function readObject<T extends KubernetesObject>(
  request: HttpRequest,
  expected: ExpectedKind,
  fieldValidation: FieldValidation,
  warn: (text: string) => void,
): Promise<T> {
  const bytes = await request.body(MAX_BODY_BYTES);
  const body = parse(bytes, header(request, 'content-type') ?? '', expected.kind, expected.definition);
  checkTypeMeta(body, expected);
  if (expected.definition.read) checkSaysWhatItIs(body, bytes);
  const { value, duplicateFields } = body;
  const { object, warnings } = decodeObject<T>(expected.definition, value, {
    fieldValidation,
    duplicateFields,
  });
  for (const text of warnings) warn(text);
  return object.metadata ? object : { ...object, metadata: {} };
}

/** Of a kind that is built in, the path says enough; an object of a custom kind must say itself what it is. */
function checkSaysWhatItIs(body: ParsedBody, bytes: Uint8Array): void {
  const { kind, apiVersion } = (body.value ?? {}) as Partial<KubernetesObject>;
  const missing = !kind ? 'Kind' : apiVersion ? undefined : 'apiVersion';
  if (missing)
    throw body.unrecognized(`Object '${missing}' is missing in '${Buffer.from(bytes).toString()}'`);
}

/** Reads a body in any form that clients send objects in. */
export const parse = (
  bytes: Uint8Array,
  contentType: string,
  kind: string,
  definition: Definition,
): ParsedBody =>
  contentType.startsWith(PROTOBUF) && !definition.read
    ? parseProtobuf(bytes, kind, definition)
    : parseBody(bytes, contentType, kind);

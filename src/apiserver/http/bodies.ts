import { badRequest } from '../../apimachinery/errors.ts';
import { apiVersionOf, type KubernetesObject, splitApiVersion } from '../../apimachinery/object.ts';
import { decodeObject, type FieldValidation } from '../../apimachinery/schema/decode.ts';
import { parseBody } from '../../apimachinery/schema/parseBody.ts';
import { type Definition, definitionOf } from '../../apimachinery/schema/schema.ts';
import { type HttpRequest, header } from './message.ts';

/** Upstream's bound on bodies. */
export const MAX_BODY_BYTES = 3 * 1_048_576;

/** Which kind a body must be. */
export interface ExpectedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
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
  const { value, duplicateFields } = parseBody(bytes, header(request, 'content-type') ?? '', expected.kind);
  checkKind(value, expected);
  const { object, warnings } = decodeObject<T>(expected.definition, value, {
    fieldValidation,
    duplicateFields,
  });
  for (const text of warnings) warn(text);
  return object.metadata ? object : { ...object, metadata: {} };
}

/** A body may leave out what it is; what it says must be what the path says. */
function checkKind(value: unknown, { group, version, kind }: ExpectedKind): void {
  if (typeof value !== 'object' || value === null) return;
  const given = value as { kind?: unknown; apiVersion?: unknown };
  const expected = apiVersionOf(group, version);
  const givenVersion = typeof given.apiVersion === 'string' && given.apiVersion ? given.apiVersion : expected;
  const givenKind = typeof given.kind === 'string' && given.kind ? given.kind : kind;
  if (givenKind === kind && givenVersion === expected) return;
  const said = splitApiVersion(givenVersion);
  if (!definitionOf(said.group, said.version, givenKind)) {
    throw badRequest(
      `${givenKind} in version "${said.version}" cannot be handled as a ${kind}: no kind "${givenKind}" is registered for ` +
        `version "${givenVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    );
  }
  if (givenKind === kind) {
    throw badRequest(
      `the API version in the data (${givenVersion}) does not match the expected API version (${expected})`,
    );
  }
  throw badRequest(
    `${givenKind} in version "${said.version}" cannot be handled as a ${kind}: converting (${said.version}.${givenKind}) to (${version}.${kind}): unknown conversion`,
  );
}

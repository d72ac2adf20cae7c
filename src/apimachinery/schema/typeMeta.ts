import { badRequest } from '../errors.ts';
import { apiVersionOf, splitApiVersion } from '../object.ts';
import { jsonKind } from './decodeTrail.ts';
import { JSON_PARSE_ERROR, type ParsedBody } from './parseBody.ts';
import { definitionOf, type GroupVersionKind } from './schema.ts';

/** How Go prints the structure into which upstream reads `apiVersion` and `kind` before anything else. */
const TYPE_META =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** What a URL takes. */
export interface AcceptedKind extends GroupVersionKind {
  /** Older versions of the kind that are read as this one. */
  readonly olderVersions?: readonly string[];
}

/**
 * Throws 400 with upstream's words when a body says that it is something else than what is expected at this URL.
 * A body may leave out its kind or its version.
 */
export function checkTypeMeta(body: ParsedBody, expected: AcceptedKind): void {
  const { value } = body;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    if (value === null) return;
    throw mistyped(body, value, `value of type ${TYPE_META}`);
  }
  const { apiVersion = '', kind = '' } = value as { apiVersion?: unknown; kind?: unknown };
  if (typeof (apiVersion ?? '') !== 'string')
    throw mistyped(body, apiVersion, 'struct field .apiVersion of type string');
  if (typeof (kind ?? '') !== 'string') throw mistyped(body, kind, 'struct field .kind of type string');
  const given = givenKind((apiVersion as string) || '', (kind as string) || '', expected);
  if (given.kind !== expected.kind) throw otherKind(given, expected);
  const versions = [expected.version, ...(expected.olderVersions ?? [])];
  if (given.group !== expected.group || !versions.includes(given.version))
    throw otherVersion(given, expected);
}

function givenKind(apiVersion: string, kind: string, expected: GroupVersionKind): GroupVersionKind {
  if (apiVersion.split('/').length > 2) throw badRequest(`unexpected GroupVersion string: ${apiVersion}`);
  return { ...expected, ...(apiVersion && splitApiVersion(apiVersion)), ...(kind && { kind }) };
}

const mistyped = (body: ParsedBody, value: unknown, into: string) =>
  body.unrecognized(`${JSON_PARSE_ERROR}json: cannot unmarshal ${jsonKind(value)} into Go ${into}`);

function otherKind(given: GroupVersionKind, expected: GroupVersionKind) {
  const isKnown = definitionOf(given.group, given.version, given.kind) !== undefined;
  const why = isKnown
    ? `converting (${given.version}.${given.kind}) to (${expected.group || 'core'}.${expected.kind}): unknown conversion`
    : unregistered(given);
  return badRequest(
    `${given.kind} in version "${given.version}" cannot be handled as a ${expected.kind}: ${why}`,
  );
}

const unregistered = ({ group, version, kind }: GroupVersionKind) =>
  `no kind "${kind}" is registered for version "${apiVersionOf(group, version)}" in scheme "pkg/api/legacyscheme/scheme.go:30"`;

const otherVersion = (given: GroupVersionKind, expected: GroupVersionKind) =>
  badRequest(
    `the API version in the data (${apiVersionOf(given.group, given.version)}) does not match the expected API version (${apiVersionOf(expected.group, expected.version)})`,
  );

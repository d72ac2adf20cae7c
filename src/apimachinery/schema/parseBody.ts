import { badRequest, type StatusError, unsupportedMediaType } from '../errors.ts';
import { describeJsonError } from './jsonSyntax.ts';
import { countMembers, findDuplicateFields, measureJson } from './jsonText.ts';
import type { Definition } from './schema.ts';
import { readYaml, YamlError } from './yamlText.ts';

/**
 * No object of Kubernetes comes near it. Upstream takes 10,000, but everything here that walks an object by
 * recursion must be able to rely on a bound that fits the stack.
 */
const MAX_DEPTH = 1000;

/** How upstream begins what it says of unreadable JSON. */
export const JSON_PARSE_ERROR = "couldn't get version/kind; json parse error: ";

/** A request's body as JSON values. */
export interface ParsedBody {
  readonly value: unknown;
  /** 400 for a body that is readable but not what was expected, with the beginning of it. */
  unrecognized(why: string): StatusError;
  /** What the text gives twice, in upstream's words. Looks at the text again, so ask only when it matters. */
  duplicateFields(definition: Definition): readonly string[];
}

/**
 * Reads a body of JSON or YAML. `kind` is what is expected; a body that cannot be read is answered with 400 that
 * names it, another content type with 415.
 */
export function parseBody(bytes: Uint8Array, contentType: string, kind: string): ParsedBody {
  const mediaType = contentType.split(';', 1)[0]!.trim().toLowerCase();
  if (/^(application\/json|application\/[\w.-]+\+json|)$/.test(mediaType)) return parseJson(bytes, kind);
  if (/^(application\/yaml|application\/[\w.-]+\+yaml)$/.test(mediaType)) return parseYaml(bytes, kind);
  throw unsupportedMediaType(
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
  );
}

function parseJson(bytes: Uint8Array, kind: string): ParsedBody {
  const fail = (why: string) => unrecognized(bytes, kind, `${JSON_PARSE_ERROR}${why}`);
  const text = decodeUtf8(bytes);
  if (text === undefined) throw fail('invalid UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fail(describeJsonError(text));
  }
  const { members, depth } = measureJson(text);
  if (depth > MAX_DEPTH) throw fail('exceeded max depth');
  return {
    value,
    unrecognized: (why) => unrecognized(bytes, kind, why),
    duplicateFields: (definition) =>
      countMembers(value) === members ? [] : findDuplicateFields(text, definition),
  };
}

function parseYaml(bytes: Uint8Array, kind: string): ParsedBody {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw unrecognized(bytes, kind, 'yaml: invalid leading UTF-8 octet');
  if (isJson(text)) return parseJson(bytes, kind);
  try {
    const { value, duplicateKeys } = readYaml(text, MAX_DEPTH);
    return {
      value,
      unrecognized: (why) => unrecognized(bytes, kind, why),
      duplicateFields: () => yamlDuplicates(duplicateKeys()),
    };
  } catch (error) {
    if (error instanceof YamlError) throw unrecognized(bytes, kind, error.message);
    throw error;
  }
}

/** kubectl sends JSON where it says YAML; reading it as JSON is far quicker. */
function isJson(text: string): boolean {
  if (!text.startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** All in one text, as upstream's library reports them. */
const yamlDuplicates = (keys: readonly string[]) =>
  keys.length === 0 ? [] : [['yaml: unmarshal errors:', ...keys].join('\n  ')];

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

const unrecognized = (bytes: Uint8Array, kind: string, why: string): StatusError =>
  badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summarize(bytes)})`);

/** The first thirty bytes: as they are when it looks like JSON, else in hexadecimal digits. */
function summarize(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<empty>';
  const start = Buffer.from(bytes.subarray(0, 30));
  const shown = start.toString(bytes[0] === 0x7b ? 'utf8' : 'hex');
  return bytes.length > 30 ? `${shown} ...` : shown;
}

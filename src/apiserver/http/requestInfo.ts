import { posix } from 'node:path';
import { badRequest } from '../../apimachinery/errors.ts';
import { pathSegment } from '../../apimachinery/nameRules.ts';
import { noSuchEndpoint } from '../registry/endpointRules.ts';

/** What a request is about, read from its method, path and query: enough to authorize it. */
export interface RequestInfo {
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; in lower case the method of anything else. */
  readonly verb: string;
  readonly path: string;
  /** Undefined when the path is not one of a resource: `/version`, `/healthz`, `/apis`. */
  readonly resource?: ResourceRequest;
}

export interface ResourceRequest {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly subresource: string;
  /** Empty outside namespaces, or across all of them. */
  readonly namespace: string;
  /** Empty for the collection. */
  readonly name: string;
  /** Of a proxy: the path behind it, decoded and without detours. Empty, or with a slash in front. */
  readonly rest?: string;
}

/** What of a path leads to a proxy. Behind it lies somebody else's path, with rules of its own. */
const TO_PROXY = /^\/api\/v1\/(?:nodes|namespaces\/[^/]+\/(?:pods|services))\/[^/]+\/proxy(?=\/|$)/;

const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

/** Throws 404 or 400 for a path that cannot be one of ours, such as `/api/v1/..` or one with an encoded slash. */
export function requestInfoOf(method: string, path: string, query: URLSearchParams): RequestInfo {
  const resource = proxyRequest(path) ?? resourceRequest(segmentsOf(path));
  if (!resource) return { verb: method.toLowerCase(), path };
  return { verb: verbOf(method, resource, query), path, resource };
}

function segmentsOf(path: string): string[] {
  if (path === '/') return [];
  const segments = path.slice(1).split('/');
  if (segments.at(-1) === '') segments.pop();
  return segments.map(decodeSegment);
}

function decodeSegment(raw: string): string {
  let segment: string;
  try {
    segment = raw.includes('%') ? decodeURIComponent(raw) : raw;
  } catch {
    throw badRequest(`the path segment ${JSON.stringify(raw)} is not encoded as UTF-8`);
  }
  if (segment === '') throw noSuchEndpoint();
  const problems = pathSegment(segment);
  if (problems.length === 0) return segment;
  throw badRequest(`Name parameter invalid: ${JSON.stringify(segment)}: ${problems.join(';')}`);
}

function proxyRequest(path: string): ResourceRequest | undefined {
  const [toProxy] = TO_PROXY.exec(path) ?? [];
  const resource = toProxy && resourceRequest(segmentsOf(toProxy));
  return resource ? { ...resource, rest: pathBehind(path.slice(toProxy.length)) } : undefined;
}

function pathBehind(raw: string): string {
  try {
    return raw && posix.normalize(decodeURIComponent(raw));
  } catch {
    throw badRequest(`the path ${JSON.stringify(raw)} is not encoded as UTF-8`);
  }
}

function resourceRequest(segments: readonly string[]): ResourceRequest | undefined {
  const [root, ...rest] = segments;
  if (root === 'api' && rest.length >= 2) return partsOf('', rest[0]!, rest.slice(1));
  if (root === 'apis' && rest.length >= 3) return partsOf(rest[0]!, rest[1]!, rest.slice(2));
  return undefined;
}

function partsOf(group: string, version: string, parts: readonly string[]): ResourceRequest {
  const [first = '', second = '', third = '', fourth = '', fifth = '', ...more] = parts;
  const isInNamespace = first === 'namespaces' && third !== '' && !NAMESPACE_SUBRESOURCES.has(third);
  if (!isInNamespace) {
    if (fourth) throw noSuchEndpoint();
    // A namespace is in itself: who may do what in it may do so to it.
    const namespace = first === 'namespaces' ? second : '';
    return { group, version, plural: first, name: second, subresource: third, namespace };
  }
  if (more.length > 0) throw noSuchEndpoint();
  return { group, version, plural: third, name: fourth, subresource: fifth, namespace: second };
}

function verbOf(method: string, { name }: ResourceRequest, query: URLSearchParams): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name ? 'delete' : 'deletecollection';
    case 'GET':
    case 'HEAD':
      if (name) return 'get';
      return isTrue(query.get('watch')) ? 'watch' : 'list';
    default:
      return method.toLowerCase();
  }
}

/** How upstream reads a boolean of a query: `?watch` alone, `1` and `True` are true, `0` and `False`, as Python writes it, are not. */
export const isTrue = (text: string | null): boolean =>
  text !== null && text !== '0' && text.toLowerCase() !== 'false';

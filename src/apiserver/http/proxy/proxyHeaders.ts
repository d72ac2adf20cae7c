import type { IncomingHttpHeaders } from 'node:http';
import type { HttpRequest } from '../message.ts';

export type RequestHeaders = Record<string, string | string[]>;

/** They are about one connection, and end with it (RFC 9110, 7.6.1). Node has answered `expect` itself. */
const OF_THE_CONNECTION = [
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** What of an answer would have pages of other origins reach the API. */
const CORS = [
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
];

/** What says who the client is. That is between it and the API. */
const isCredential = (name: string): boolean => name === 'authorization' || name.startsWith('impersonate-');

/** What the pod is told of a request whose path was `uri`. */
export function requestHeaders(http: HttpRequest, uri: string): RequestHeaders {
  return {
    ...without(told(http), new Set([...OF_THE_CONNECTION, ...namedIn(http.headers.connection)])),
    ...framing(http),
    'x-forwarded-uri': uri,
  };
}

/** As above, for a request to become another protocol. */
export const upgradeHeaders = (http: HttpRequest): RequestHeaders => told(http);

/** What the client is told of the pod's answer. */
export const answerHeaders = (headers: IncomingHttpHeaders): RequestHeaders =>
  without(headers, new Set([...OF_THE_CONNECTION, ...CORS, ...namedIn(headers.connection)]));

/** How the pod knows where the body ends. */
function framing(http: HttpRequest): RequestHeaders {
  if (!http.bodyStream()) return NO_BODY[http.method] ?? {};
  return http.headers['content-length'] === undefined ? { 'transfer-encoding': 'chunked' } : {};
}

/** Who may send a body must say so of its absence, too. */
const NO_BODY: Readonly<Record<string, RequestHeaders>> = {
  POST: { 'content-length': '0' },
  PUT: { 'content-length': '0' },
  PATCH: { 'content-length': '0' },
};

function told({ headers, peer }: HttpRequest): RequestHeaders {
  const kept = without(headers, new Set());
  for (const name of Object.keys(kept)) if (isCredential(name) || name.startsWith(':')) delete kept[name];
  const via = [headers['x-forwarded-for'] ?? [], peer.address ?? []].flat();
  return via.length > 0 ? { ...kept, 'x-forwarded-for': via.join(', ') } : kept;
}

const namedIn = (connection: string | string[] = []): string[] =>
  [connection].flat().flatMap((line) => line.split(',').map((name) => name.trim().toLowerCase()));

const without = (headers: HttpRequest['headers'], unwanted: ReadonlySet<string>): RequestHeaders =>
  Object.fromEntries(
    Object.entries(headers).filter(
      (header): header is [string, string | string[]] => header[1] !== undefined && !unwanted.has(header[0]),
    ),
  );

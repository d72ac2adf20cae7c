import { notAcceptable } from '../../apimachinery/errors.ts';
import {
  OpenApi,
  type OpenApiDocument,
  PROTOBUF_V2_ACCEPTED,
  PROTOBUF_V2_CONTENT_TYPE,
} from '../openapi/openApi.ts';
import { noSuchEndpoint } from '../registry/endpointRules.ts';
import { type HttpRequest, type HttpResponse, header } from './message.ts';
import { mediaRanges } from './negotiation.ts';

export { OpenApi };

/** `/openapi/v2` and `/openapi/v3`; `segments` are those behind `openapi`. */
export function answerOpenApi(
  openApi: OpenApi,
  request: HttpRequest,
  segments: readonly string[],
): HttpResponse {
  const [version, root, ...rest] = segments;
  if (version === 'v2' && root === undefined) return version2(openApi, request);
  if (version !== 'v3') throw noSuchEndpoint();
  if (root === undefined) return documentResponse(request, openApi.v3Index(), JSON_TYPE);
  const document =
    root === 'api' && rest.length === 1
      ? openApi.v3Document('', rest[0]!)
      : root === 'apis' && rest.length === 2
        ? openApi.v3Document(rest[0]!, rest[1]!)
        : undefined;
  if (!document) throw noSuchEndpoint();
  return documentResponse(request, document, JSON_TYPE);
}

const JSON_TYPE = 'application/json';
const JSON_ACCEPTED = new Set([JSON_TYPE, 'application/*', '*/*']);

/** kubectl up to 1.26 takes nothing but protobuf. */
function version2(openApi: OpenApi, request: HttpRequest): HttpResponse {
  for (const { type } of mediaRanges(header(request, 'accept') ?? '*/*')) {
    if (JSON_ACCEPTED.has(type)) return documentResponse(request, openApi.v2('json'), JSON_TYPE);
    if (PROTOBUF_V2_ACCEPTED.includes(type)) {
      return documentResponse(request, openApi.v2('protobuf'), PROTOBUF_V2_CONTENT_TYPE);
    }
  }
  throw notAcceptable(
    `only the following media types are accepted: ${JSON_TYPE}, ${PROTOBUF_V2_ACCEPTED.join(', ')}`,
  );
}

function documentResponse(
  request: HttpRequest,
  { bytes, hash }: OpenApiDocument,
  contentType: string,
): HttpResponse {
  const etag = `"${hash}"`;
  const headers = { 'content-type': contentType, etag, vary: 'Accept-Encoding, Accept' };
  if (header(request, 'if-none-match') === etag) return { status: 304, headers };
  return { status: 200, headers, body: bytes };
}

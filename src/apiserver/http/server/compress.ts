import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { type HttpRequest, type HttpResponse, header } from '../message.ts';

const compressed = promisify(gzip);

/** Smaller answers are sent faster than they are compressed (upstream's bound). */
const MIN_BYTES = 128 * 1024;

/** The answer, compressed if it is large and the client asked for that. Off the event loop. */
export async function compress(
  request: Pick<HttpRequest, 'headers'>,
  response: HttpResponse,
): Promise<HttpResponse> {
  const { body } = response;
  if (!body || body.length < MIN_BYTES || !/\bgzip\b/.test(header(request, 'accept-encoding') ?? ''))
    return response;
  const bytes = await compressed(body, { level: constants.Z_BEST_SPEED });
  return {
    ...response,
    headers: { ...response.headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' },
    body: bytes,
  };
}

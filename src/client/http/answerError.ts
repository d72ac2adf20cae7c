import { StatusError, type StatusReason } from '../../apimachinery/errors.ts';
import type { Status } from '../../generated/types.ts';
import type { HttpAnswer } from './connection.ts';

/** What the server said, when it said no. */
export function answerError({ status, headers, text }: HttpAnswer): StatusError {
  const told = parseStatus(text);
  if (told) return StatusError.fromStatus({ code: status, ...told });
  const seconds = Number(headers['retry-after']);
  return new StatusError(
    REASONS[status] ?? 'InternalError',
    `The server answered ${status}: ${oneLine(text) || 'without a word'}`,
    seconds > 0 ? { retryAfterSeconds: seconds } : undefined,
    status,
  );
}

function parseStatus(text: string): Status | undefined {
  try {
    const body = JSON.parse(text) as Status | null;
    return body?.kind === 'Status' ? body : undefined;
  } catch {
    return undefined;
  }
}

/** A proxy may answer with a whole page. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 300);

/** Of answers that are not of an API server, such as a proxy's. */
const REASONS: Readonly<Record<number, StatusReason>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  502: 'ServiceUnavailable',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

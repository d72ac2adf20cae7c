import { internalError, StatusError } from '../../apimachinery/errors.ts';
import { yaml } from '../../apimachinery/yaml.ts';
import { StoreFullError, StoreUnavailableError } from '../../store/store.ts';
import type { HttpResponse } from './message.ts';
import type { Representation } from './negotiation.ts';

/** An answer whose text is JSON already. */
export function respondJson(json: string, { format }: Representation, status = 200): HttpResponse {
  if (format === 'json') return { status, headers: JSON_HEADERS, body: json };
  return { status, headers: YAML_HEADERS, body: yaml().stringify(JSON.parse(json)) };
}

export const respond = (value: object, representation: Representation, status = 200): HttpResponse =>
  respondJson(JSON.stringify(value), representation, status);

/** An answer that is always JSON. */
export const jsonResponse = (value: object, status = 200): HttpResponse => ({
  status,
  headers: JSON_HEADERS,
  body: JSON.stringify(value),
});

export const textResponse = (text: string, status = 200): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: text,
});

const JSON_HEADERS = { 'content-type': 'application/json' };
const YAML_HEADERS = { 'content-type': 'application/yaml' };

/** What a failure looks like from outside. Of what is not a `StatusError`, little is told. */
export function errorResponse(error: unknown): HttpResponse {
  const known = error instanceof StatusError ? error : internalError(reasonOf(error));
  const status = known.toStatus();
  const retryAfter = status.details?.retryAfterSeconds;
  const response = jsonResponse(status, known.code);
  return retryAfter
    ? { ...response, headers: { ...response.headers, 'retry-after': String(retryAfter) } }
    : response;
}

/** The names of files are not for everybody. */
function reasonOf(error: unknown): string {
  if (error instanceof StoreFullError) return "the disk of the cluster's store is full";
  if (error instanceof StoreUnavailableError) return "the cluster's store cannot be written to";
  return 'the server could not complete the request';
}

import { StatusError } from '../../apimachinery/errors.ts';

/** What became of a request that got no answer, in one line. Its `cause` is the network's own error. */
export function networkFailure(server: string, cause: unknown): StatusError {
  const failure = new StatusError('ServiceUnavailable', `Cannot reach ${server}: ${reasonOf(cause)}`);
  failure.cause = cause;
  return failure;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was dropped',
  EPIPE: 'the connection was dropped',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host',
  EPROTO: 'it does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS',
  ETIMEDOUT: 'connection timed out',
};

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { code = '' } = cause as NodeJS.ErrnoException;
  // Where a name has several addresses, each failed in its own way.
  const [first] = cause instanceof AggregateError ? (cause.errors as unknown[]) : [];
  return REASONS[code] ?? (first === undefined ? cause.message || code : reasonOf(first));
}

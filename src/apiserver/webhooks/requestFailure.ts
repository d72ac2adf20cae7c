import { dialError } from '../../apimachinery/dialError.ts';
import type { Status } from '../../generated/types.ts';

/** A connection that did not come to be, or that broke, in the words of Go's client. `address` is where it was to lead. */
export function connectionFailure(error: NodeJS.ErrnoException, address: string): string {
  const { code = '', syscall } = error;
  // Where a name has several addresses, each failed in its own way.
  const [first] = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : [];
  if (first) return connectionFailure(first, address);
  if (syscall === 'connect' || syscall === 'getaddrinfo') return dialError(error, address);
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) return NOT_TLS;
  if (code === 'ECONNRESET') return 'EOF';
  const problem = CERTIFICATE_PROBLEMS[code];
  return problem ? `tls: failed to verify certificate: x509: ${problem}` : (altName(error) ?? error.message);
}

const NOT_TLS = 'http: server gave HTTP response to HTTPS client';
const UNKNOWN = 'certificate signed by unknown authority';

const CERTIFICATE_PROBLEMS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'certificate has expired or is not yet valid',
  CERT_NOT_YET_VALID: 'certificate has expired or is not yet valid',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN,
  CERT_SIGNATURE_FAILURE: UNKNOWN,
};

interface NameMismatch {
  readonly host: string;
  readonly cert: { readonly subjectaltname?: string };
}

/** The certificate is somebody else's. */
function altName(error: NodeJS.ErrnoException): string | undefined {
  if (error.code !== 'ERR_TLS_CERT_ALTNAME_INVALID') return undefined;
  const { host, cert } = error as unknown as NameMismatch;
  const names = (cert.subjectaltname ?? '').split(', ').map((name) => name.slice(name.indexOf(':') + 1));
  return `tls: failed to verify certificate: x509: certificate is valid for ${names.join(', ')}, not ${host}`;
}

/** What the receiver of a POST meant by a status that is no success (client-go's `NewGenericServerResponse`). */
export function refusedRequest(status: number, body: string): string {
  const told = toldStatus(body);
  if (told !== undefined) return told;
  const text = body.trim() || 'unknown';
  if (VERBATIM.has(status)) return text;
  const message = MESSAGES[status];
  if (message !== undefined) return message;
  return status >= 500
    ? `an error on the server (${JSON.stringify(text)}) has prevented the request from succeeding`
    : `the server responded with the status code ${status} but did not return more information`;
}

const VERBATIM: ReadonlySet<number> = new Set([403, 406, 415]);

const MESSAGES: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  409: 'the server reported a conflict',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};

/** Who answers as an API server does says it better. */
function toldStatus(body: string): string | undefined {
  try {
    const status = JSON.parse(body) as Partial<Status> | null;
    return status?.kind === 'Status' ? status.message : undefined;
  } catch {
    return undefined;
  }
}

/** A connection that did not come to be, as Go's `net` words it. */
export function dialError(error: NodeJS.ErrnoException, address: string): string {
  const causes: Record<string, string> = {
    ECONNREFUSED: 'connect: connection refused',
    EHOSTUNREACH: 'connect: no route to host',
    ENETUNREACH: 'connect: network is unreachable',
    ETIMEDOUT: 'i/o timeout',
    ENOTFOUND: 'no such host',
  };
  return `dial tcp ${address}: ${causes[error.code ?? ''] ?? error.message}`;
}

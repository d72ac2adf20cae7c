import type { ApiServer } from '../apiserver/apiServer.ts';
import type { Credentials } from './credentials.ts';
import { urlHost } from './listenAddress.ts';

/** Serves HTTPS there, and resolves to the port. Says in one line why it cannot; `elsewhere` is how to choose another port. */
export async function listen(
  apiServer: ApiServer,
  host: string,
  port: number,
  { authority, server }: Credentials,
  elsewhere: string,
): Promise<number> {
  const { certificate: cert, key } = server;
  try {
    return (await apiServer.listen({ host, port, cert, key, clientCa: authority.certificate })).port;
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new Error(`Cannot listen on ${urlHost(host)}:${port}: ${reasonOf(code, elsewhere) ?? message}`, {
      cause: error,
    });
  }
}

function reasonOf(code: string, elsewhere: string): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `the port is taken; choose another with ${elsewhere}`;
    case 'EADDRNOTAVAIL':
      return 'this machine does not have that address';
    case 'EACCES':
      return 'ports below 1024 are for root';
    case 'ENOTFOUND':
      return 'no such host';
    default:
      return undefined;
  }
}

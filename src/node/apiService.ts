import { isIPv4 } from 'node:net';
import type { Service } from '../generated/types.ts';
import type { ApiService, ServerAddress } from '../runtime/runtime.ts';

/**
 * By what address pods of this node look for the API, and where it is for them: what the service `kubernetes` of the namespace `default`
 * says, as their variables `KUBERNETES_SERVICE_HOST` and `…_PORT` do. Undefined without such a service, and for a server that IPv4 does
 * not reach.
 */
export function apiService(
  services: readonly Service[],
  server: ServerAddress | undefined,
): ApiService | undefined {
  const { clusterIP = '', ports } =
    services.find(({ metadata }) => metadata.name === 'kubernetes')?.spec ?? {};
  const port = ports?.[0]?.port;
  if (port === undefined || !server || !isIPv4(clusterIP) || !isIPv4(server.address)) return undefined;
  return { clusterIP, port, server };
}

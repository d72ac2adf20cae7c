import { type ApiServer, createApiServer } from '../apiserver/apiServer.ts';
import type { Node } from '../generated/types.ts';
import type { Store } from '../store/store.ts';
import { ensureBootstrapObjects } from './bootstrap/bootstrapObjects.ts';
import type { ClusterOptions } from './cluster.ts';
import type { ClusterConfig } from './clusterConfig.ts';
import { runsProcesses } from './createRuntime.ts';
import { type Credentials, ensureCredentials } from './credentials.ts';
import type { DataDirectory } from './dataDirectory.ts';
import { kubeconfig } from './kubeconfig.ts';
import { urlHost } from './listenAddress.ts';
import type { LocalNodes } from './localNodes.ts';
import { placeholderWarnings } from './placeholderWarnings.ts';
import { remoteNodes } from './remoteNodes.ts';

export interface Served {
  /** From now on `/readyz` says so. */
  becomeReady(): void;
  readonly apiServer: ApiServer;
  readonly credentials: Credentials;
  readonly url: string;
}

/** Serves the API over the store, with what every cluster holds in it, and writes the administrator's kubeconfig. */
export async function serve(
  store: Store,
  directory: DataDirectory,
  nodes: LocalNodes,
  config: ClusterConfig,
  { clock, random, listen: { host, port: wanted } }: ClusterOptions,
): Promise<Served> {
  const credentials = await ensureCredentials(directory, serverNames(host), clock.now());
  const remote = remoteNodes({
    findNode: (name) => store.get(`/core/nodes/${name}`)?.object as Node | undefined,
    kubeletClient: credentials.kubeletClient,
    caCertificate: credentials.authority.certificate,
  });
  let isReady = false;
  const apiServer = createApiServer({
    store,
    clock,
    random,
    serviceAccountKey: credentials.serviceAccountKey,
    healthChecks: [
      {
        name: 'bootstrap',
        isVital: false,
        check: () => (isReady ? undefined : 'the cluster is still starting'),
      },
    ],
    podAccessFor: (node) => nodes.podAccess(node) ?? remote(node),
    ...(runsProcesses(config.runtime, config.criSocket) && { warnings: placeholderWarnings }),
  });
  const port = await listen(apiServer, host, wanted, credentials);
  const url = `https://${urlHost(host)}:${port}`;
  const admin = apiServer.client({ user: 'kubernetes-admin', groups: ['system:masters'], manager: 'sampan' });
  await ensureBootstrapObjects(admin, { host, port }, clusterInfo(url, credentials));
  directory.write('admin.kubeconfig', adminKubeconfig(url, credentials));
  const becomeReady = () => {
    isReady = true;
  };
  return { apiServer, credentials, url, becomeReady };
}

/** By what names clients may call the server. */
const serverNames = (host: string) => [
  ...new Set([host, '127.0.0.1', 'localhost', 'kubernetes', 'kubernetes.default', '10.96.0.1']),
];

async function listen(
  apiServer: ApiServer,
  host: string,
  port: number,
  credentials: Credentials,
): Promise<number> {
  const { certificate: cert, key } = credentials.server;
  try {
    const listener = await apiServer.listen({
      host,
      port,
      cert,
      key,
      clientCa: credentials.authority.certificate,
    });
    return listener.port;
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new Error(`Cannot listen on ${urlHost(host)}:${port}: ${REASONS[code] ?? message}`, {
      cause: error,
    });
  }
}

const REASONS: Record<string, string> = {
  EADDRINUSE: 'the port is taken; choose another with --listen',
  EADDRNOTAVAIL: 'this machine does not have that address',
  EACCES: 'ports below 1024 are for root',
  ENOTFOUND: 'no such host',
};

const adminKubeconfig = (server: string, { authority, admin }: Credentials) =>
  kubeconfig({
    clusterName: 'sampan',
    server,
    caCertificate: authority.certificate,
    user: { name: 'kubernetes-admin', credentials: admin },
  });

/** What a joining machine learns of the cluster: no user, only the way and the authority. */
const clusterInfo = (server: string, { authority }: Credentials) =>
  kubeconfig({ server, caCertificate: authority.certificate });

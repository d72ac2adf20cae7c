import { type ApiServer, createApiServer } from '../apiserver/apiServer.ts';
import { Traffic } from '../apiserver/http/server/traffic.ts';
import type { KubeletAddress } from '../apiserver/streams/kubeletRequest.ts';
import { remoteNodeAccess } from '../apiserver/streams/remoteNodeAccess.ts';
import { remotePodAccess } from '../apiserver/streams/remotePodAccess.ts';
import type { Client } from '../client/client.ts';
import type { Node } from '../generated/types.ts';
import type { JournaledStore } from '../store/journaledStore.ts';
import { ensureBootstrapObjects } from './bootstrap/bootstrapObjects.ts';
import { CLOCK_PATH, clockEndpoint } from './clock/clockEndpoint.ts';
import type { ClusterTime } from './clock/clusterTime.ts';
import type { ClusterOptions } from './cluster.ts';
import type { ClusterConfig } from './clusterConfig.ts';
import { runsProcesses } from './createRuntime.ts';
import { type Credentials, ensureCredentials, serverNames } from './credentials.ts';
import type { DataDirectory } from './dataDirectory.ts';
import { calledAt, isEverywhere } from './hostAddress.ts';
import { adminKubeconfig, kubeconfig } from './kubeconfig.ts';
import { listen } from './listen.ts';
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
  readonly port: number;
}

export interface ServeOptions {
  readonly store: JournaledStore;
  readonly directory: DataDirectory;
  readonly nodes: LocalNodes;
  readonly config: ClusterConfig;
  readonly time: ClusterTime;
  readonly options: ClusterOptions;
  /** Where the server answers. */
  readonly address: string;
}

/** Serves the API over the store, with what every cluster holds in it, and writes the administrator's kubeconfig. */
export async function serve(parts: ServeOptions): Promise<Served> {
  const { store, directory, options } = parts;
  const { host, port: wanted } = options.listen;
  const credentials = await ensureCredentials(
    directory,
    serverNames(...calledAt(host), parts.address),
    options.clock.now(),
  );
  const traffic = new Traffic(options.clock, ({ url }) => url.startsWith(CLOCK_PATH));
  holdVirtualTime(parts.time, store, traffic);
  const readiness = { isReady: false };
  const apiServer: ApiServer = makeApiServer(parts, credentials, traffic, readiness, () => admin);
  parts.time.virtual?.clock.holdFor(() => apiServer.webhooksUnderWay());
  const admin = apiServer.client({ user: 'kubernetes-admin', groups: ['system:masters'], manager: 'sampan' });
  const port = await listen(apiServer, host, wanted, credentials, '--listen');
  const url = `https://${urlHost(isEverywhere(host) ? parts.address : host)}:${port}`;
  await ensureBootstrapObjects(admin, { address: parts.address, port }, clusterInfo(url, credentials));
  directory.write('admin.kubeconfig', adminKubeconfig(url, credentials));
  const becomeReady = () => {
    readiness.isReady = true;
  };
  return { apiServer, credentials, url, port, becomeReady };
}

/** Virtual time waits for the disk, and for clients over the network. */
function holdVirtualTime({ virtual }: ClusterTime, store: JournaledStore, traffic: Traffic): void {
  virtual?.clock.holdFor(() => store.committing);
  virtual?.clock.holdFor(() => traffic.settled());
}

function makeApiServer(
  { store, nodes, config, time: { clock, virtual }, options }: ServeOptions,
  credentials: Credentials,
  traffic: Traffic,
  readiness: { readonly isReady: boolean },
  admin: () => Client,
): ApiServer {
  const remote = remoteNodes({
    findNode: (name) => store.get(`/core/nodes/${name}`)?.object as Node | undefined,
    kubeletClient: credentials.kubeletClient,
    caCertificate: credentials.authority.certificate,
  });
  return createApiServer({
    store,
    clock,
    networkClock: options.clock,
    random: options.random,
    serviceAccountKey: credentials.serviceAccountKey,
    healthChecks: [
      { name: 'store', isVital: false, check: () => store.problem },
      {
        name: 'bootstrap',
        isVital: false,
        check: () => (readiness.isReady ? undefined : 'the cluster is still starting'),
      },
    ],
    podAccessFor: (node) => nodes.podAccess(node) ?? through(remote(node), remotePodAccess),
    nodeAccessFor: (node) => nodes.nodeAccess(node) ?? through(remote(node), remoteNodeAccess),
    endpoints: [clockEndpoint(clock, virtual?.turnable, admin)],
    ...(virtual && { traffic }),
    ...(runsProcesses(config.runtime, config.criSocket) && { warnings: placeholderWarnings }),
  });
}

/** Access through a kubelet, where there is one. */
const through = <T>(address: KubeletAddress | undefined, access: (to: KubeletAddress) => T): T | undefined =>
  address && access(address);

/** What a joining machine learns of the cluster: no user, only the way and the authority. */
const clusterInfo = (server: string, { authority }: Credentials) =>
  kubeconfig({ server, caCertificate: authority.certificate });

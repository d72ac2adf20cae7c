import { type ApiServer, createApiServer } from '../apiserver/apiServer.ts';
import type { Client } from '../client/client.ts';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import type { ReportError } from '../controllers/framework/controllerLoop.ts';
import type { Node } from '../generated/types.ts';
import { MemoryStore } from '../store/memoryStore.ts';
import { SqliteStore } from '../store/sqliteStore.ts';
import type { Store } from '../store/store.ts';
import { ensureBootstrapObjects } from './bootstrap/bootstrapObjects.ts';
import { type ClusterConfig, settleConfig } from './clusterConfig.ts';
import { ControlPlane } from './controlPlane.ts';
import { type Credentials, ensureCredentials } from './credentials.ts';
import { DataDirectory } from './dataDirectory.ts';
import { kubeconfig } from './kubeconfig.ts';
import { type ListenAddress, urlHost } from './listenAddress.ts';
import { LocalNodes } from './localNodes.ts';
import { remoteNodes } from './remoteNodes.ts';
import { forgetRunning, noteRunning } from './runningFile.ts';

export interface ClusterOptions {
  readonly dataDir: string;
  readonly listen: ListenAddress;
  /** Keeps the cluster's state in memory; only its keys and its kubeconfig are on disk. */
  readonly ephemeral: boolean;
  /** What is asked for; the rest is as it was at the last start. */
  readonly config: Partial<ClusterConfig>;
  readonly clock: Clock;
  readonly random: Random;
  readonly localTimeZone: string;
  readonly reportError: ReportError;
}

/** A whole cluster in this process: API server, controllers, scheduler and nodes. */
export class Cluster {
  readonly client: Client;
  readonly url: string;
  readonly kubeconfigPath: string;
  readonly controlPlane: ControlPlane;
  readonly nodes: LocalNodes;
  readonly #directory: DataDirectory;
  readonly #store: Store;
  readonly #apiServer: ApiServer;

  private constructor(parts: Parts) {
    this.#directory = parts.directory;
    this.#store = parts.store;
    this.#apiServer = parts.apiServer;
    this.controlPlane = parts.controlPlane;
    this.nodes = parts.nodes;
    this.url = parts.url;
    this.kubeconfigPath = parts.directory.kubeconfig;
    this.client = parts.apiServer.client({
      user: 'kubernetes-admin',
      groups: ['system:masters'],
      manager: 'sampan',
    });
  }

  /** Brings the cluster up, or on as it was. Resolves when the API answers and every node of this process is Ready. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const directory = new DataDirectory(options.dataDir);
    const store = options.ephemeral ? new MemoryStore() : await SqliteStore.open(directory.store);
    try {
      return await startOver(store, directory, options);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Stops pods by their grace periods, then everything else; the store last. */
  async stop(): Promise<void> {
    await this.nodes.stop({ drainPods: true });
    await this.controlPlane.stop();
    await this.#apiServer.close();
    await this.#store.close();
    forgetRunning(this.#directory);
  }

  static assemble(parts: Parts): Cluster {
    return new Cluster(parts);
  }
}

interface Parts {
  readonly directory: DataDirectory;
  readonly store: Store;
  readonly apiServer: ApiServer;
  readonly controlPlane: ControlPlane;
  readonly nodes: LocalNodes;
  readonly url: string;
}

async function startOver(store: Store, directory: DataDirectory, options: ClusterOptions): Promise<Cluster> {
  const { clock, random, listen } = options;
  const config = settleConfig(directory, options.config);
  const hosts = [
    ...new Set([listen.host, '127.0.0.1', 'localhost', 'kubernetes', 'kubernetes.default', '10.96.0.1']),
  ];
  const credentials = await ensureCredentials(directory, hosts, clock.now());
  const nodes = new LocalNodes({ config, directory, clock, random });
  const remote = remoteNodes({
    findNode: (name) => store.get(`/core/nodes/${name}`)?.object as Node | undefined,
    kubeletClient: credentials.kubeletClient,
    caCertificate: credentials.authority.certificate,
  });
  const apiServer = createApiServer({
    store,
    clock,
    random,
    serviceAccountKey: credentials.serviceAccountKey,
    podAccessFor: (node) => nodes.podAccess(node) ?? remote(node),
  });
  const { certificate: cert, key } = credentials.server;
  const { port } = await apiServer.listen({
    ...listen,
    cert,
    key,
    clientCa: credentials.authority.certificate,
  });
  const url = `https://${urlHost(listen.host)}:${port}`;
  const admin = apiServer.client({ user: 'kubernetes-admin', groups: ['system:masters'], manager: 'sampan' });
  await ensureBootstrapObjects(admin, { host: listen.host, port }, clusterInfo(url, credentials));
  directory.write('admin.kubeconfig', adminKubeconfig(url, credentials));
  const controlPlane = new ControlPlane({ ...options, store, apiServer, authority: credentials.authority });
  await controlPlane.start();
  await nodes.start((identity) => apiServer.client(identity), controlPlane.informers);
  noteRunning(directory, { pid: process.pid, url, startedAt: new Date(clock.now()).toISOString() });
  return Cluster.assemble({ directory, store, apiServer, controlPlane, nodes, url });
}

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

import type { ApiServer } from '../apiserver/apiServer.ts';
import type { Client } from '../client/client.ts';
import type { Clock, EpochMs } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import type { SystemClock } from '../clock/systemClock.ts';
import type { ReportError } from '../controllers/framework/controllerLoop.ts';
import type { JournaledStore } from '../store/journaledStore.ts';
import { MemoryStore } from '../store/memoryStore.ts';
import { SqliteStore } from '../store/sqliteStore.ts';
import { type ClusterTime, systemTime, virtualTime } from './clock/clusterTime.ts';
import { type ClusterConfig, settleConfig } from './clusterConfig.ts';
import { ControlPlane } from './controlPlane.ts';
import { DataDirectory } from './dataDirectory.ts';
import { nodeAddress, serverAddress } from './hostAddress.ts';
import type { ListenAddress } from './listenAddress.ts';
import { LocalNodes } from './localNodes.ts';
import { HttpCourier } from './notification/httpCourier.ts';
import { forgetRunning, noteRunning } from './runningFile.ts';
import { serve } from './serve.ts';

export interface ClusterOptions {
  readonly dataDir: string;
  readonly listen: ListenAddress;
  /** Keeps the cluster's state in memory; only its keys and its kubeconfig are on disk. */
  readonly ephemeral: boolean;
  /** What is asked for; the rest is as it was at the last start. */
  readonly config: Partial<ClusterConfig>;
  /** Images whose name matches cannot be pulled by simulated nodes. */
  readonly unpullableImages?: RegExp | undefined;
  /** Real time: what networks and certificates go by, and the cluster unless its clock is virtual. */
  readonly clock: SystemClock;
  /** Where a new virtual clock begins; now unless given. */
  readonly startTime?: EpochMs | undefined;
  readonly random: Random;
  /** Where CronJobs without `timeZone` read their schedule. */
  readonly localTimeZone: string;
  readonly reportError: ReportError;
}

interface Parts {
  readonly directory: DataDirectory;
  readonly store: JournaledStore;
  readonly time: ClusterTime;
  readonly apiServer: ApiServer;
  readonly controlPlane: ControlPlane;
  readonly nodes: LocalNodes;
  readonly url: string;
}

/** A whole cluster in this process: API server, controllers, scheduler and nodes. */
export class Cluster {
  /** The API with an administrator's rights. */
  readonly client: Client;
  readonly url: string;
  readonly kubeconfigPath: string;
  readonly controlPlane: ControlPlane;
  readonly nodes: LocalNodes;
  /** What the cluster goes by. */
  readonly clock: Clock;
  readonly #directory: DataDirectory;
  readonly #store: JournaledStore;
  readonly #apiServer: ApiServer;

  private constructor(parts: Parts) {
    this.#directory = parts.directory;
    this.#store = parts.store;
    this.#apiServer = parts.apiServer;
    this.controlPlane = parts.controlPlane;
    this.nodes = parts.nodes;
    this.clock = parts.time.clock;
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
    const directory = new DataDirectory(options.dataDir).create();
    const store = options.ephemeral ? new MemoryStore() : await SqliteStore.open(directory.store);
    try {
      return new Cluster(await startParts(store, directory, options));
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Lets nobody in any more, stops pods by their grace periods, then everything else; the store last. */
  async stop(): Promise<void> {
    await this.#apiServer.stopListening();
    await this.nodes.stop({ drainPods: true });
    await this.controlPlane.stop();
    await this.#apiServer.close();
    await this.#store.close();
    forgetRunning(this.#directory);
  }
}

async function startParts(
  store: JournaledStore,
  directory: DataDirectory,
  options: ClusterOptions,
): Promise<Parts> {
  const { clock: realTime, random, unpullableImages } = options;
  const config = settleConfig(directory, options.config);
  const time =
    config.clock === 'virtual'
      ? virtualTime(directory, store, realTime, options.startTime)
      : systemTime(realTime);
  const { clock } = time;
  const address = await serverAddress(options.listen.host);
  const nodes = new LocalNodes({
    config,
    address: nodeAddress(address),
    directory,
    clock,
    random,
    unpullableImages,
  });
  const served = await serve({ store, directory, nodes, config, time, options, address });
  const { apiServer, credentials, url, port, becomeReady } = served;
  const { authority } = credentials;
  const courier = new HttpCourier(realTime);
  time.virtual?.clock.holdFor(() => courier.underWay());
  const controlPlane = new ControlPlane({
    ...options,
    clock,
    realTime,
    store,
    apiServer,
    authority,
    server: { address, port },
    courier,
  });
  await controlPlane.start();
  await nodes.start((identity) => apiServer.client(identity), controlPlane.informers, { address, port });
  becomeReady();
  const startedAt = new Date(realTime.now()).toISOString();
  noteRunning(directory, { pid: process.pid, url, startedAt });
  return { directory, store, time, apiServer, controlPlane, nodes, url };
}

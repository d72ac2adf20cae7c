import { type ApiServer, createApiServer } from '../../apiserver/apiServer.ts';
import type { Client } from '../../client/client.ts';
import { SeededRandom } from '../../clock/random.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { NodeAgent } from '../../node/nodeAgent.ts';
import { SharedNodeSources } from '../../node/nodeSources.ts';
import { SimulatedRuntime } from '../../runtime/simulated/simulatedRuntime.ts';
import { MemoryStore } from '../../store/memoryStore.ts';
import { ensureBootstrapObjects } from '../bootstrap/bootstrapObjects.ts';
import { ControlPlane } from '../controlPlane.ts';
import { workerName } from '../nodeNames.ts';

export interface VirtualClusterOptions {
  /** The same seed gives the same history. */
  readonly seed: number | string;
  readonly nodes?: number;
}

const SERVER = { host: '127.0.0.1', port: 6443 };
const CAPACITY = { cpu: '4', memory: '8Gi', 'ephemeral-storage': '100Gi', pods: '110' };

/** A whole cluster of simulated nodes that listens nowhere, keeps nothing and lives on a clock that only its owner turns. */
export class VirtualCluster {
  readonly clock = new VirtualClock();
  readonly store = new MemoryStore();
  /** The API with an administrator's rights. */
  readonly client: Client;
  /** What controllers and nodes had to say of their failures. */
  readonly errors: string[] = [];
  readonly #random: SeededRandom;
  readonly #apiServer: ApiServer;
  readonly #controlPlane: ControlPlane;
  #agents: readonly NodeAgent[] = [];

  private constructor(seed: number | string) {
    const { store, clock } = this;
    const random = new SeededRandom(seed);
    const apiServer = createApiServer({ store, clock, random });
    this.#random = random;
    this.#apiServer = apiServer;
    this.client = apiServer.client({
      user: 'kubernetes-admin',
      groups: ['system:masters'],
      manager: 'sampan',
    });
    this.#controlPlane = new ControlPlane({
      store,
      apiServer,
      clock,
      random,
      localTimeZone: 'UTC',
      authority: undefined,
      reportError: (controller, key, error) => this.#noteError(`${controller} ${key}`, error),
    });
  }

  /** Resolves when all nodes are Ready. */
  static async start({ seed, nodes = 3 }: VirtualClusterOptions): Promise<VirtualCluster> {
    const cluster = new VirtualCluster(seed);
    await ensureBootstrapObjects(cluster.client, SERVER, undefined);
    await cluster.#controlPlane.start();
    await cluster.#startNodes(nodes);
    return cluster;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#agents.map((agent) => agent.stop()));
    await this.#controlPlane.stop();
    await this.#apiServer.close();
    await this.store.close();
  }

  async #startNodes(count: number): Promise<void> {
    const { informers } = this.#controlPlane;
    const sources = new SharedNodeSources(informers);
    await informers.start();
    this.#agents = Array.from({ length: count }, (_, index) =>
      this.#makeAgent(workerName(index + 1), sources),
    );
    await Promise.all(this.#agents.map((agent) => agent.start()));
    await Promise.all(this.#agents.map((agent) => agent.ready));
  }

  #makeAgent(name: string, sources: SharedNodeSources): NodeAgent {
    const { clock } = this;
    const random = this.#random.stream(name);
    return new NodeAgent({
      name,
      client: this.#apiServer.client({ user: `system:node:${name}`, manager: 'kubelet' }),
      clock,
      random,
      sources,
      runtime: new SimulatedRuntime({ clock, random }),
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: name },
      ],
      capacity: CAPACITY,
      reportError: (what, error) => this.#noteError(`${name}: ${what}`, error),
    });
  }

  #noteError(what: string, error: unknown): void {
    this.errors.push(`${what}: ${error instanceof Error ? error.message : error}`);
  }
}

import type { NodeAccess } from '../apiserver/streams/nodeAccess.ts';
import type { PodAccess } from '../apiserver/streams/podAccess.ts';
import type { Client, Identity } from '../client/client.ts';
import type { Informers } from '../client/informers.ts';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import type { Taint } from '../generated/types.ts';
import { NodeAgent } from '../node/nodeAgent.ts';
import { type NodeSources, SharedNodeSources } from '../node/nodeSources.ts';
import type { ServerAddress } from '../runtime/runtime.ts';
import type { ClusterConfig } from './clusterConfig.ts';
import { createRuntime, DEFAULT_POD_LOGS_DIR } from './createRuntime.ts';
import type { DataDirectory } from './dataDirectory.ts';
import { hostCapacity, hostSystem } from './hostFacts.ts';
import { MASTER_NAME, workerName } from './nodeNames.ts';

export interface LocalNodesOptions {
  /** Images whose name matches cannot be pulled by simulated nodes. */
  readonly unpullableImages?: RegExp | undefined;
  readonly config: ClusterConfig;
  /** Where other hosts find this one. */
  readonly address: string;
  readonly directory: DataDirectory;
  readonly clock: Clock;
  readonly random: Random;
}

const MASTER_ROLE = 'node-role.kubernetes.io/master';

/** As kubeadm marks a master. */
export const MASTER_LABELS = { [MASTER_ROLE]: '', 'node-role.kubernetes.io/control-plane': '' };
export const MASTER_TAINT: Taint = { key: MASTER_ROLE, effect: 'NoSchedule' };

/** The master and the workers that live in the process of the cluster. */
export class LocalNodes {
  readonly #options: LocalNodesOptions;
  readonly #agents = new Map<string, NodeAgent>();

  constructor(options: LocalNodesOptions) {
    this.#options = options;
  }

  get names(): readonly string[] {
    return [
      MASTER_NAME,
      ...Array.from({ length: this.#options.config.nodes }, (_, index) => workerName(index + 1)),
    ];
  }

  /** Starts every agent, each with a client of its own identity; all look at the same caches. Resolves when all nodes are Ready. */
  async start(
    clientFor: (identity: Identity) => Client,
    informers: Informers,
    apiServer: ServerAddress,
  ): Promise<void> {
    const sources = new SharedNodeSources(informers);
    await informers.start();
    for (const name of this.names)
      this.#agents.set(name, await this.#makeAgent(name, clientFor, sources, apiServer));
    // In their order, so that the first node gets the first addresses.
    await Promise.all([...this.#agents.values()].map((agent) => agent.start()));
  }

  /** How to reach the containers of a node, if it is one of these. */
  podAccess(node: string): PodAccess | undefined {
    return this.#agents.get(node)?.podAccess;
  }

  /** How to reach a node itself, if it is one of these. */
  nodeAccess(node: string): NodeAccess | undefined {
    return this.#agents.get(node)?.nodeAccess;
  }

  async stop(options: { drainPods: boolean }): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.stop(options)));
  }

  async #makeAgent(
    name: string,
    clientFor: (identity: Identity) => Client,
    sources: NodeSources,
    apiServer: ServerAddress,
  ): Promise<NodeAgent> {
    const { config, address, directory, clock, random } = this.#options;
    const dataDir = directory.file('nodes', name);
    const nodeRandom = random.stream(name);
    return new NodeAgent({
      name,
      // Not of the group system:nodes: NodeRestriction would not let it give its node the label of a role.
      client: clientFor({ user: `system:node:${name}`, manager: 'kubelet' }),
      clock,
      random: nodeRandom,
      sources,
      apiServer,
      runtime: await createRuntime(config.runtime, {
        dataDir,
        clock,
        random: nodeRandom,
        unpullableImages: this.#options.unpullableImages,
        criSocket: config.criSocket,
        podPidsLimit: config.podPidsLimit,
        podLogsDir: config.podLogsDir ?? DEFAULT_POD_LOGS_DIR,
      }),
      dataDir,
      evictionHard: config.evictionHard,
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      capacity: hostCapacity(),
      ...hostSystem(),
      labels: name === MASTER_NAME ? MASTER_LABELS : {},
      taints: name === MASTER_NAME ? [MASTER_TAINT] : [],
    });
  }
}

import { isStatusError } from '../apimachinery/errors.ts';
import { controllerOf, isBeingDeleted } from '../apimachinery/object.ts';
import { type Client, refOf } from '../client/client.ts';
import { workerName } from '../cluster/nodeNames.ts';
import type { Pod } from '../generated/types.ts';
import { Nodes, Pods } from '../resources/kinds.ts';
import { isTerminal } from '../resources/pod/podPhase.ts';
import { type ClusterClock, type Duration, toMs, type UntilOptions } from './clusterClock.ts';
import type { Link } from './link.ts';
import type { NodeDescription, SimulatedNode } from './simulatedNode.ts';

/** What a node is unless told: four cores, 8 GiB, no labels but the standard ones. */
export type NodeOptions = Partial<NodeDescription>;

/** How often an eviction that a disruption budget refused is tried again (kubectl drain). */
const EVICT_AGAIN_AFTER = '5s';

/** The nodes of the cluster, and what may happen to them. Each method names a node; one that is not there is an error. */
export class ClusterNodes {
  readonly #client: Client;
  readonly #clock: ClusterClock;
  readonly #make: (description: NodeDescription) => SimulatedNode;
  readonly #nodes = new Map<string, SimulatedNode>();

  constructor(client: Client, clock: ClusterClock, make: (description: NodeDescription) => SimulatedNode) {
    this.#client = client;
    this.#clock = clock;
    this.#make = make;
  }

  get names(): readonly string[] {
    return [...this.#nodes.keys()];
  }

  /** How to reach the pods of a node. */
  podAccess(name: string) {
    return this.#nodes.get(name)?.podAccess;
  }

  /** How to reach a node itself, while it can be reached. */
  nodeAccess(name: string) {
    const node = this.#nodes.get(name);
    return node?.link.isClear ? node.nodeAccess : undefined;
  }

  /** The way between a node and the API server. */
  link(name: string): Link {
    return this.#node(name).link;
  }

  /** Adds a node, `node05` after `node04` unless it is named. Resolves to its name once it is Ready. */
  async add({ name = this.#nextName(), ...rest }: NodeOptions = {}): Promise<string> {
    if (this.#nodes.has(name)) throw new Error(`Cannot add node "${name}": it is there already`);
    const node = this.#make({ name, ...rest });
    this.#nodes.set(name, node);
    await node.start();
    return name;
  }

  /** The machine loses its power: its containers are gone, and nobody tells the API. */
  async crash(name: string): Promise<void> {
    await this.#node(name).crash();
  }

  /** A machine that crashed comes back, without its containers; one that runs is started anew, and its containers go on. */
  async restart(name: string): Promise<void> {
    await this.#node(name).restart();
  }

  /** The node goes on, its pods too, but it and the API server do not hear of each other. */
  partition(name: string): void {
    this.#node(name).link.cut();
  }

  /** Undoes `partition` and `slow`. */
  heal(name: string): void {
    this.#node(name).link.heal();
  }

  /** Everything between the node and the API server takes so much longer, each way. */
  slow(name: string, delay: Duration): void {
    this.#node(name).link.slow(toMs(delay));
  }

  /** What `kubectl drain --ignore-daemonsets --force` does: cordons the node, evicts its pods, and waits until they are gone. */
  async drain(name: string, { limit = '10m' }: Pick<UntilOptions, 'limit'> = {}): Promise<void> {
    this.#node(name);
    await this.#setUnschedulable(name, true);
    let tryAgainAt = this.#clock.elapsed();
    const drained = async () => {
      const pods = await this.#podsToEvict(name);
      if (pods.length > 0 && this.#clock.elapsed() >= tryAgainAt) {
        tryAgainAt = this.#clock.elapsed() + toMs(EVICT_AGAIN_AFTER);
        await Promise.all(pods.map((pod) => this.#evict(pod)));
      }
      return pods.length === 0;
    };
    await this.#clock.runUntil(drained, { limit, what: `node "${name}" to be drained` });
  }

  async uncordon(name: string): Promise<void> {
    this.#node(name);
    await this.#setUnschedulable(name, false);
  }

  /** Takes the node away for good: the machine and its object. */
  async remove(name: string): Promise<void> {
    await this.#node(name).crash();
    this.#nodes.delete(name);
    await this.#client.delete(Nodes, { name });
  }

  /** Lets go of all nodes. What the API says of them stays. */
  async stop(): Promise<void> {
    await Promise.all([...this.#nodes.values()].map((node) => node.crash()));
  }

  #node(name: string): SimulatedNode {
    const node = this.#nodes.get(name);
    if (!node) throw new Error(`There is no node "${name}": there are ${this.names.join(', ') || 'none'}`);
    return node;
  }

  #nextName(): string {
    let number = this.#nodes.size + 1;
    while (this.#nodes.has(workerName(number))) number++;
    return workerName(number);
  }

  async #setUnschedulable(name: string, unschedulable: boolean): Promise<void> {
    const body = { spec: { unschedulable: unschedulable || null } };
    await this.#client.patch(Nodes, { name }, { type: 'merge', body });
  }

  async #podsToEvict(name: string): Promise<readonly Pod[]> {
    const { items } = await this.#client.list(Pods, { fieldSelector: `spec.nodeName=${name}` });
    return items.filter((pod) => controllerOf(pod)?.kind !== 'DaemonSet' && !isTerminal(pod));
  }

  async #evict(pod: Pod): Promise<void> {
    if (isBeingDeleted(pod)) return;
    const { name, namespace } = refOf(pod);
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    try {
      await this.#client.createSubresource(Pods, { name, namespace }, 'eviction', eviction);
    } catch (error) {
      if (!isStatusError(error, 'TooManyRequests', 'NotFound')) throw error;
    }
  }
}

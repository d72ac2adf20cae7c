import type { Client } from '../client/client.ts';
import { type Clock, delay } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import { MASTER_LABELS, MASTER_TAINT } from '../cluster/localNodes.ts';
import type { Taint } from '../generated/types.ts';
import { NodeAgent } from '../node/nodeAgent.ts';
import { SimulatedRuntime } from '../runtime/simulated/simulatedRuntime.ts';
import { Link } from './link.ts';

/** What a node says of itself. */
export interface NodeDescription {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  /** `{ cpu: '4', memory: '8Gi', pods: '110' }`; what is not given is as usual. */
  readonly capacity?: Readonly<Record<string, string>>;
}

/** What a node needs of the cluster that it is part of. */
export interface NodeSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly clientFor: (node: string) => Client;
  readonly unpullableImages: RegExp | undefined;
  readonly reportError: (what: string, error: unknown) => void;
}

/** How long an agent that cannot register waits before it tries again. */
const START_AGAIN_MS = 1000;

const CAPACITY = { cpu: '4', memory: '8Gi', 'ephemeral-storage': '100Gi', pods: '110' };

export const masterDescription = (name: string): NodeDescription => ({
  name,
  labels: MASTER_LABELS,
  taints: [MASTER_TAINT],
});

/** A machine with a node agent on it, which may lose its power, or its way to the API server. */
export class SimulatedNode {
  readonly #description: NodeDescription;
  readonly #surroundings: NodeSurroundings;
  readonly link: Link;
  #agent: NodeAgent | undefined;
  /** Of the agent that runs: when the machine dies, nothing of that agent is heard any more. */
  #agentLink: Link | undefined;
  #boots = 0;

  constructor(description: NodeDescription, surroundings: NodeSurroundings) {
    this.#description = description;
    this.#surroundings = surroundings;
    this.link = new Link(surroundings.clock);
  }

  get podAccess() {
    return this.#agent?.podAccess;
  }

  get nodeAccess() {
    return this.#agent?.nodeAccess;
  }

  /** Resolves when the node is Ready. */
  async start(): Promise<void> {
    await this.#boot(false);
  }

  async crash(): Promise<void> {
    this.#agentLink?.cut();
    const agent = this.#agent;
    this.#agent = undefined;
    await agent?.stop();
  }

  async restart(): Promise<void> {
    const isRebooted = this.#agent === undefined;
    await this.crash();
    await this.#boot(isRebooted);
  }

  /** Resolves when the node is Ready, or at once when the way to the API server is not clear: it comes when it comes. */
  async #boot(isRebooted: boolean): Promise<void> {
    const agentLink = new Link(this.#surroundings.clock);
    const agent = this.#makeAgent(agentLink, isRebooted);
    this.#agentLink = agentLink;
    this.#agent = agent;
    const ready = this.#startAgent(agent, agentLink);
    if (this.link.isClear) await ready;
  }

  async #startAgent(agent: NodeAgent, agentLink: Link): Promise<void> {
    while (!agentLink.isCut) {
      try {
        await agent.start();
        return await agent.ready;
      } catch (error) {
        this.#surroundings.reportError(`${agent.name}: start`, error);
        await delay(this.#surroundings.clock, START_AGAIN_MS);
      }
    }
  }

  #makeAgent(agentLink: Link, isRebooted: boolean): NodeAgent {
    const { clock, unpullableImages, clientFor, reportError } = this.#surroundings;
    const { name, labels, taints, capacity } = this.#description;
    const random = this.#surroundings.random.stream(this.#boots === 0 ? name : `${name}/${this.#boots}`);
    this.#boots++;
    return new NodeAgent({
      name,
      client: agentLink.client(this.link.client(clientFor(name))),
      clock,
      random,
      runtime: new SimulatedRuntime({
        clock,
        random,
        isRebooted,
        ...(unpullableImages && { unpullableImages: [unpullableImages] }),
      }),
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: name },
      ],
      capacity: { ...CAPACITY, ...capacity },
      ...(labels && { labels }),
      ...(taints && { taints }),
      reportError: (what, error) => reportError(`${name}: ${what}`, error),
    });
  }
}

import { isStatusError } from '../apimachinery/errors.ts';
import type { Client } from '../client/client.ts';
import type { Clock } from '../clock/clock.ts';
import type { Node, NodeStatus } from '../generated/types.ts';
import { conditionOf } from '../resources/conditions.ts';
import { Nodes } from '../resources/kinds.ts';
import { extendedResources } from './extendedResources.ts';
import { NodeLease } from './nodeLease.ts';
import { type NodeDescription, nodeConditions, nodeObject } from './nodeObject.ts';
import type { PressureType } from './pressure/signals.ts';

/** The node status is told again every so many renewals of the lease: every five minutes. */
const RENEWALS_PER_STATUS = 30;

export interface NodeRecordOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly description: NodeDescription;
  /** Whether pods can run. */
  isReady(): boolean;
  pressures(): ReadonlySet<PressureType>;
}

/** The node's own object in the API, and its signs of life. */
export class NodeRecord {
  readonly #options: NodeRecordOptions;
  readonly #lease: NodeLease;
  #facts: NodeStatus = {};
  #node: Node | undefined;
  #renewals = 0;

  constructor(options: NodeRecordOptions) {
    this.#options = options;
    this.#lease = new NodeLease(options.client, options.clock, options.description.name);
  }

  /** As it was last seen. */
  get node(): Node | undefined {
    return this.#node;
  }

  /** The API has a newer version. */
  take(node: Node): void {
    this.#node = node;
  }

  /** Makes the object, or takes over the one that is there. */
  async register(facts: NodeStatus): Promise<void> {
    this.#facts = facts;
    const { client, clock, description, pressures } = this.#options;
    const conditions = nodeConditions([], false, pressures(), clock.now());
    const node = nodeObject(description, { ...facts, conditions });
    try {
      this.#node = await client.create(Nodes, node);
      return;
    } catch (error) {
      if (!isStatusError(error, 'AlreadyExists')) throw error;
    }
    const body = { metadata: { labels: { ...node.metadata.labels, ...description.labels } } };
    this.#node = await client.patch(Nodes, { name: description.name }, { type: 'strategic', body });
    // A node that was here before says nothing until its pods are back: it was not away, as far as anybody has noticed.
    if (!this.#node.spec?.podCIDR) await this.tellStatus();
  }

  async tellStatus(): Promise<void> {
    const { client, clock, description, isReady, pressures } = this.#options;
    const before = this.#node?.status?.conditions ?? [];
    const conditions = nodeConditions(before, isReady(), pressures(), clock.now());
    const allocatable = { ...this.#facts.allocatable, ...this.#untoldResources };
    const body = { status: { ...this.#facts, allocatable, conditions } };
    this.#node = await client.patch(
      Nodes,
      { name: description.name },
      { type: 'strategic', body },
      { subresource: 'status' },
    );
  }

  /** Gives a sign of life, and now and then tells the status with it. */
  async renew(): Promise<void> {
    await this.#lease.renew(this.#node?.metadata.uid);
    const isUntold = Object.keys(this.#untoldResources).length > 0;
    if (++this.#renewals % RENEWALS_PER_STATUS === 0 || this.#isGivenUp || isUntold) await this.tellStatus();
  }

  get #untoldResources(): Readonly<Record<string, string | null>> {
    return this.#node ? extendedResources(this.#node, this.#facts) : {};
  }

  /** The control plane has heard nothing for so long that it calls the node's state unknown: it was cut off, and is back. */
  get #isGivenUp(): boolean {
    return this.#node !== undefined && conditionOf(this.#node, 'Ready')?.status === 'Unknown';
  }
}

import { isStatusError } from '../apimachinery/errors.ts';
import type { Client } from '../client/client.ts';
import { ignoreStatusError } from '../client/ignoreStatusError.ts';
import { type Clock, microTimestamp } from '../clock/clock.ts';
import type { Lease } from '../generated/types.ts';
import { Leases } from '../resources/kinds.ts';
import { NODE_LEASE_NAMESPACE } from '../resources/nodeIdentity.ts';

const LEASE_SECONDS = 40;
/** How often a node renews its lease: a quarter of its duration, as upstream. */
export const LEASE_RENEWAL_MS = 10_000;

/** The node's sign of life. */
export class NodeLease {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #nodeName: string;
  #lease: Lease | undefined;

  constructor(client: Client, clock: Clock, nodeName: string) {
    this.#client = client;
    this.#clock = clock;
    this.#nodeName = nodeName;
  }

  /** Creates or renews the lease. `nodeUid` makes the node its owner, so that it goes when the node goes. */
  async renew(nodeUid: string | undefined): Promise<void> {
    try {
      this.#lease ??= await this.#findOrCreate(nodeUid);
      const renewed = { ...this.#lease, spec: this.#spec() };
      this.#lease = await this.#client.update(Leases, renewed);
    } catch (error) {
      // Somebody else has changed or removed it: begin again with what is there.
      this.#lease = undefined;
      if (!isStatusError(error, 'Conflict', 'NotFound', 'AlreadyExists')) throw error;
    }
  }

  async #findOrCreate(nodeUid: string | undefined): Promise<Lease> {
    const name = this.#nodeName;
    const found = await ignoreStatusError(
      this.#client.get(Leases, { name, namespace: NODE_LEASE_NAMESPACE }),
      'NotFound',
    );
    if (found) return found;
    const owner = { apiVersion: 'v1', kind: 'Node', name, uid: nodeUid ?? '' };
    return this.#client.create(Leases, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace: NODE_LEASE_NAMESPACE, ...(nodeUid && { ownerReferences: [owner] }) },
      spec: this.#spec(),
    });
  }

  #spec(): Lease['spec'] {
    const renewTime = microTimestamp(this.#clock.now());
    return { holderIdentity: this.#nodeName, leaseDurationSeconds: LEASE_SECONDS, renewTime };
  }
}

import type { ServiceRoute, ServiceTable } from '../../serviceRoutes.ts';
import { hasIptables } from '../iptables.ts';
import { openLoopback } from '../serviceRules.ts';
import { type Signs, signsOfCluster } from './chainNames.ts';
import { changeRules, presentRules } from './hostRules.ts';
import { seeTraffic } from './seenTraffic.ts';
import { leadsFromLoopback, type ProxyPlace, serviceChains } from './serviceChains.ts';
import { forgetConnection, type Stale, staleConnections } from './staleConnections.ts';
import { isEmpty, TABLES, type Tables } from './tables.ts';

export type ProxyNetwork = Omit<ProxyPlace, 'unseenRange'> & {
  /** The addresses on the bridge. */
  readonly subnet: string;
};

/** Keeps the rules of a host such that connections to services arrive (upstream's kube-proxy). */
export class ServiceProxy {
  /** What we wrote last, in our words; undefined before, and when that failed. */
  #written: Tables | undefined;
  /** The same as the host tells it. */
  #seen = '';
  #routes: readonly ServiceRoute[] | undefined;
  #hasToldOfConntrack = false;
  readonly #forgetConnection: (stale: Stale) => Promise<boolean>;

  /** `forget` tells whether the host can forget connections at all. */
  constructor(forget = forgetConnection) {
    this.#forgetConnection = forget;
  }

  /**
   * Changes the rules to what the table asks for, and repairs what somebody has taken away. Rejects when the host does not take them,
   * and once when it lacks what forgets connections.
   */
  async use(table: ServiceTable, network: ProxyNetwork): Promise<void> {
    if (!hasIptables()) {
      if (table.routes.length === 0) return;
      throw new Error('Cannot lead to services: there is no iptables on this host');
    }
    const signs = signsOfCluster(network.bridge, table.cluster);
    const wanted = serviceChains(table, await this.#place(network, table));
    if (isEmpty(wanted) && this.#written && isEmpty(this.#written)) return;
    await this.#make(wanted, signs, network.bridge);
    const stale = staleConnections(this.#routes ?? table.routes, table.routes);
    this.#routes = table.routes;
    await this.#forget(stale);
  }

  /** The bridge may be a new one every time. */
  async #place({ bridge, clusterCIDR, subnet }: ProxyNetwork, { routes }: ServiceTable): Promise<ProxyPlace> {
    const isSeen = routes.length === 0 || (await seeTraffic(bridge));
    return { bridge, clusterCIDR, unseenRange: isSeen ? undefined : subnet };
  }

  async #make(wanted: Tables, signs: Signs, bridge: string): Promise<void> {
    const written = this.#written;
    this.#written = undefined;
    if (written && textOf(written) === textOf(wanted)) {
      const present = await presentRules(signs);
      if (textOf(present) !== this.#seen) await this.#write(wanted, present, signs);
    } else {
      if (leadsFromLoopback(wanted)) await openLoopback(bridge);
      await this.#change(wanted, written, signs);
    }
    this.#written = wanted;
  }

  /** Writes only what differs from what was written before, unless somebody has been at that since. */
  async #change(wanted: Tables, written: Tables | undefined, signs: Signs): Promise<void> {
    const isDone = written !== undefined && (await this.#write(wanted, written, signs).catch(() => false));
    if (!isDone) await this.#write(wanted, await presentRules(signs), signs);
  }

  /** Tells whether afterwards all is there, as far as numbers tell: the host has other words for rules than we. */
  async #write(wanted: Tables, present: Tables, signs: Signs): Promise<boolean> {
    await changeRules(wanted, present);
    const made = await presentRules(signs);
    this.#seen = textOf(made);
    return shapeOf(made) === shapeOf(wanted);
  }

  async #forget(stale: readonly Stale[]): Promise<void> {
    for (const connection of stale) {
      if (await this.#forgetConnection(connection)) continue;
      if (this.#hasToldOfConntrack) return;
      this.#hasToldOfConntrack = true;
      throw new Error(
        'Whoever keeps sending UDP to an endpoint that has gone is not led to another: there is no conntrack on this host',
      );
    }
  }
}

const listOf = (tables: Tables) =>
  TABLES.flatMap((table) =>
    [...tables[table]].map(([chain, rules]) => [`${table} ${chain}`, rules] as const),
  ).toSorted(([a], [b]) => (a < b ? -1 : 1));

const textOf = (tables: Tables): string => JSON.stringify(listOf(tables));

/** How many rules each chain has. */
const shapeOf = (tables: Tables): string =>
  JSON.stringify(listOf(tables).map(([chain, rules]) => [chain, rules.length]));

const shared = new Map<string, ServiceProxy>();

/** The nodes of one process that share a bridge share the rules of their cluster. */
export function proxyAt(bridge: string, cluster: string): ServiceProxy {
  const key = `${bridge} ${cluster}`;
  const proxy = shared.get(key) ?? new ServiceProxy();
  shared.set(key, proxy);
  return proxy;
}

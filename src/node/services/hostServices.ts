import { networkInterfaces } from 'node:os';
import { type Cancel, type Clock, callEvery, type Ms } from '../../clock/clock.ts';
import type { Node } from '../../generated/types.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { ServiceTable } from '../../runtime/serviceRoutes.ts';
import type { ClusterDns } from '../dns/clusterDns.ts';
import type { NodeSources, ServiceCaches } from '../nodeSources.ts';
import { clusterNames } from './clusterNames.ts';
import { serviceRoutes } from './serviceRoutes.ts';

export interface HostServicesOptions {
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly sources: NodeSources;
  /** The InternalIPs of the nodes of this host. */
  readonly addresses: readonly string[];
  /** `reason` is that of an event. The same trouble is told once. */
  reportError(reason: string, error: Error): void;
}

/** Changes that come together are written together. */
const GATHER_MS = 50;
/** Whoever tidies up a host takes rules along; so they are looked after. */
const LOOK_AGAIN_MS = 15_000;
/** Where there are so many that it takes long, they are looked after for a hundredth of the time at most. */
const REST_FACTOR = 100;
const RESOLVER_FILE = '/etc/resolv.conf';
const DNS_SERVICE = 'kube-dns';
const DNS_NAMESPACE = 'kube-system';
const ZONE_LABEL = 'topology.kubernetes.io/zone';
/** Reached by rules of its own, also where its server is at the loopback. */
const API_SERVICE = 'default/kubernetes';

/** What a host does so that services are reached and found by their names: tells its runtime the ways, and is their DNS. */
export class HostServices {
  readonly #options: HostServicesOptions;
  readonly #caches: ServiceCaches;
  readonly #cancels: Cancel[] = [];
  readonly #problems = new Map<string, string>();
  #dns: ClusterDns | undefined;
  #dnsAddress: string | undefined;
  #gathering: Cancel | undefined;
  #serial = 1;
  #restUntil: Ms = 0;
  #told = '';
  #isTelling = false;
  #isStale = false;
  #isStopped = false;

  /** Resolves when the DNS answers, to its address; undefined where pods are not to ask it. */
  readonly started: Promise<string | undefined>;

  private constructor(options: HostServicesOptions) {
    this.#options = options;
    this.#caches = options.sources.serviceCaches();
    void this.#caches.slices.start();
    this.started = this.#startDns();
    void this.started.then(() => this.#follow());
  }

  static start(options: HostServicesOptions): HostServices {
    return new HostServices(options);
  }

  /** Whoever ends its pods needs no services either: what was made for them goes. */
  async stop({ removes }: { removes: boolean }): Promise<void> {
    this.#isStopped = true;
    for (const cancel of this.#cancels.splice(0)) cancel();
    this.#gathering?.();
    await this.#dns?.close();
    if (removes) await this.#try('FailedToRouteService', () => this.#use({ ...this.#table(), routes: [] }));
  }

  async #follow(): Promise<void> {
    const { services, slices, nodes } = this.#caches;
    await Promise.all([services.start(), slices.start(), nodes.start()]);
    if (this.#isStopped) return;
    const change = () => this.#changed();
    this.#cancels.push(
      services.onChange(change),
      slices.onChange(change),
      // Nodes change with every sign of life; only those of this host matter, and where they are.
      nodes.onChange(({ before, after }) => {
        if (this.#isHere(before) || this.#isHere(after)) change();
      }),
      callEvery(this.#options.clock, LOOK_AGAIN_MS, () => void this.#look()),
    );
    change();
  }

  #changed(): void {
    this.#serial++;
    this.#gathering ??= this.#options.clock.callIn(GATHER_MS, () => {
      this.#gathering = undefined;
      if (JSON.stringify(this.#table()) !== this.#told) void this.#tell();
    });
  }

  async #look(): Promise<void> {
    if (this.#dnsAddress !== undefined && !(this.#dns && hasAddress(this.#dnsAddress)))
      await this.#startDns();
    if (this.#options.clock.elapsed() >= this.#restUntil) await this.#tell();
  }

  /** Once at a time, and once more if something has changed meanwhile. */
  async #tell(): Promise<void> {
    this.#isStale = this.#isTelling;
    if (this.#isTelling) return;
    this.#isTelling = true;
    do {
      this.#isStale = false;
      if (!this.#isStopped) await this.#try('FailedToRouteService', () => this.#use(this.#table()));
    } while (this.#isStale);
    this.#isTelling = false;
  }

  async #use(table: ServiceTable): Promise<void> {
    const { clock, runtime } = this.#options;
    const before = clock.elapsed();
    this.#told = '';
    await runtime.useServices?.(table);
    this.#told = JSON.stringify(table);
    const after = clock.elapsed();
    this.#restUntil = after + REST_FACTOR * (after - before);
  }

  #table(): ServiceTable {
    const { services, slices, nodes } = this.#caches;
    const here = nodes.list().filter((node) => this.#isHere(node));
    const api = services.get(API_SERVICE);
    return {
      cluster: api?.metadata.uid ?? '',
      routes: serviceRoutes({
        services: services.list(),
        slices: slices.list(),
        here: {
          nodes: new Set(here.map(({ metadata }) => metadata.name ?? '')),
          zones: new Set(here.flatMap(({ metadata }) => metadata.labels?.[ZONE_LABEL] ?? [])),
        },
        except: new Set([API_SERVICE, ...(this.#dnsAddress ? [`${DNS_NAMESPACE}/${DNS_SERVICE}`] : [])]),
      }),
    };
  }

  #isHere(node: Node | undefined): boolean {
    const { addresses } = this.#options;
    return (
      node?.status?.addresses?.some(
        ({ type, address }) => type === 'InternalIP' && addresses.includes(address),
      ) ?? false
    );
  }

  /** Only of the service that nobody has put pods behind: then these are the DNS. */
  async #startDns(): Promise<string | undefined> {
    const { runtime, sources } = this.#options;
    const service = sources.services(DNS_NAMESPACE).find(({ metadata }) => metadata.name === DNS_SERVICE);
    const address = service?.spec.clusterIP;
    if (!address || Object.keys(service.spec.selector ?? {}).length > 0) return address;
    await this.#try('FailedToServeDNS', async () => {
      if (!(await runtime.useDnsAddress?.(address))) return;
      this.#dnsAddress = address;
      if (!this.#dns) await this.#listen(address);
    });
    return this.#dnsAddress;
  }

  /** Loaded only where it is needed. */
  async #listen(address: string): Promise<void> {
    const { clock } = this.#options;
    const [{ ClusterDns }, { answersAt }] = await Promise.all([
      import('../dns/clusterDns.ts'),
      import('../dns/answersAt.ts'),
    ]);
    const names = clusterNames(this.#caches);
    const serial = () => this.#serial;
    const dns = new ClusterDns({ clock, address, names, serial, resolverFile: RESOLVER_FILE });
    try {
      await dns.listen();
    } catch (error) {
      // Another process with nodes of this host was first. When it goes, the next look finds the place free.
      if (await answersAt(address, clock)) return;
      throw error;
    }
    this.#dns = dns;
    if (this.#isStopped) await dns.close();
  }

  async #try(reason: string, work: () => Promise<void>): Promise<void> {
    const error = await work().then(
      () => undefined,
      (error: Error) => error,
    );
    const problem = error?.message ?? '';
    if (error && problem !== this.#problems.get(reason)) this.#options.reportError(reason, error);
    this.#problems.set(reason, problem);
  }
}

const hasAddress = (address: string): boolean =>
  Object.values(networkInterfaces()).some((links) => links?.some((link) => link.address === address));

import { mkdir } from 'node:fs/promises';
import { type Clock, delay } from '../../clock/clock.ts';
import type { ApiService, PodRoute } from '../runtime.ts';
import type { ServiceTable } from '../serviceRoutes.ts';
import { removeLeakedLeases } from './addressLeases.ts';
import type { BridgeNetwork } from './bridgeConfig.ts';
import type { CriService } from './criService.ts';
import { keepDnsAddress } from './dnsAddress.ts';
import { keepRoutes } from './hostRoutes.ts';
import { hasTakenUp, inTurn, networkPlaces, provideNetwork } from './podNetwork.ts';
import { keepRules } from './podRules.ts';
import { proxyAt } from './serviceProxy/serviceProxy.ts';
import { keepServiceRules, useServiceRules } from './serviceRules.ts';

export interface HostNetworkOptions {
  readonly cri: CriService;
  readonly clock: Clock;
  /** The node's own folder. */
  readonly directory: string;
  /** The name of the bridge, if a network has to be made. */
  readonly bridge?: string | undefined;
  /** The addresses of all pods of the cluster. */
  readonly clusterCIDR: string;
}

export const DEFAULT_BRIDGE = 'sampan0';
const READY_MS = 10_000;
const LOOK_MS = 20;

/** What the host needs so that pods reach each other and the world: a network of CNI's, rules, routes. An administrator's own is left alone. */
export class HostNetwork {
  readonly #options: HostNetworkOptions;
  #network: BridgeNetwork | undefined;
  #service: ApiService | undefined;

  constructor(options: HostNetworkOptions) {
    this.#options = options;
  }

  /** Resolves when the runtime has a network. */
  async usePodRange(podCIDR: string): Promise<void> {
    const { cri, clock, directory, bridge = DEFAULT_BRIDGE } = this.#options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const { info } = await cri.status();
    this.#network = await provideNetwork(networkPlaces(info), { directory, podCIDR, bridge });
    await this.#keepRules();
    await this.#untilReady();
    const known = await cri.listPodSandboxes({});
    if (this.#network) await removeLeakedLeases(this.#network.bridge, new Set(known), clock.now());
  }

  /** Pods find the API by the service's address from now on. */
  async useApiService(service: ApiService): Promise<void> {
    const network = this.#network;
    if (!network) return;
    this.#service = service;
    await inTurn(() => useServiceRules({ bridge: network.bridge, service }));
  }

  /** Also repairs what somebody has taken away: rules, routes. */
  async usePodRoutes(routes: readonly PodRoute[]): Promise<void> {
    if (!this.#network) return;
    await this.#keepRules();
    await inTurn(() => keepRoutes(routes));
  }

  /** Connections to services arrive from now on. */
  async useServices(table: ServiceTable): Promise<void> {
    const network = this.#network;
    if (!network) return;
    const { clusterCIDR } = this.#options;
    await inTurn(() => proxyAt(network.bridge, table.cluster).use(table, { ...network, clusterCIDR }));
  }

  async useDnsAddress(address: string): Promise<boolean> {
    const network = this.#network;
    if (network) await inTurn(() => keepDnsAddress(network.bridge, address));
    return network !== undefined;
  }

  async #keepRules(): Promise<void> {
    const { clusterCIDR } = this.#options;
    const [network, service] = [this.#network, this.#service];
    if (!network) return;
    const { bridge } = network;
    await inTurn(() => keepRules({ bridge, clusterCIDR }));
    if (service) await inTurn(() => keepServiceRules({ bridge, service }));
  }

  async #untilReady(): Promise<void> {
    const { cri, clock } = this.#options;
    const deadline = clock.elapsed() + READY_MS;
    for (;;) {
      const { status, info } = await cri.status();
      const condition = status?.conditions.find(({ type }) => type === 'NetworkReady');
      if (condition?.status && (!this.#network || hasTakenUp(info, this.#network))) return;
      if (clock.elapsed() > deadline)
        throw new Error(
          `The container runtime has no network: ${condition?.message || 'it does not say why'}`,
        );
      await delay(clock, LOOK_MS);
    }
  }
}

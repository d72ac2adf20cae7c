import type { EventRecorder } from '../client/eventRecorder.ts';
import type { Clock } from '../clock/clock.ts';
import type { ObjectReference } from '../generated/types.ts';
import type { Runtime, ServerAddress } from '../runtime/runtime.ts';
import { apiService } from './apiService.ts';
import type { NodeSources } from './nodeSources.ts';
import { PodRoutes } from './podRoutes.ts';
import type { HostServices } from './services/hostServices.ts';
import { joinHostServices, leaveHostServices } from './services/sharedHostServices.ts';

export interface NodeNetworkOptions {
  readonly node: ObjectReference;
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly sources: NodeSources;
  readonly recorder: EventRecorder;
  /** The node's InternalIPs. */
  readonly addresses: readonly string[];
  /** Where this machine reaches the API server. */
  readonly apiServer: ServerAddress | undefined;
  reportError(what: string, error: unknown): void;
}

/** What a node's pods reach: the API, services and their names, and the pods of other nodes. */
export class NodeNetwork {
  readonly #options: NodeNetworkOptions;
  #routes: PodRoutes | undefined;
  #services: Promise<HostServices> | undefined;
  #isStopped = false;

  constructor(options: NodeNetworkOptions) {
    this.#options = options;
  }

  /** Resolves when pods may come, to the address of the cluster's DNS, if there is one to ask. */
  async start(podCIDR: string): Promise<string | undefined> {
    const { runtime } = this.#options;
    await runtime.usePodRange?.(podCIDR);
    await this.#leadToApi();
    return this.#leadToServices();
  }

  /** Keeps the ways to the pods of other nodes from now on. */
  routeToOthers(): void {
    const { clock, runtime, sources, addresses } = this.#options;
    const reportError = (error: Error) => {
      if (!this.#isStopped) this.#tell('reach the pods of other nodes', 'FailedToCreateRoute', error);
    };
    this.#routes = new PodRoutes({ clock, runtime, sources, addresses, reportError });
    this.#routes.start();
  }

  /** Looks after nothing any more. */
  stop(): void {
    this.#isStopped = true;
    this.#routes?.stop();
  }

  /** After the pods have ended, or without them. What was made for services goes with `removes`, unless other nodes of this host need it. */
  async leave(how: { removes: boolean }): Promise<void> {
    if (!this.#services) return;
    await this.#services;
    await leaveHostServices(this.#options.sources, how);
  }

  /** Pods that need no API run without it, too. */
  async #leadToApi(): Promise<void> {
    const { runtime, sources, apiServer } = this.#options;
    const service = apiService(sources.services('default'), apiServer);
    if (!service) return;
    await runtime
      .useApiService?.(service)
      .catch((error: Error) => this.#tell('lead pods to the API server', 'FailedToRouteService', error));
  }

  async #leadToServices(): Promise<string | undefined> {
    const { runtime, clock, sources, addresses } = this.#options;
    if (!runtime.useServices || this.#isStopped) return undefined;
    this.#services ??= joinHostServices({
      clock,
      runtime,
      sources,
      addresses,
      reportError: (reason, error) => this.#tell('lead pods to services', reason, error),
    });
    return (await this.#services).started;
  }

  #tell(what: string, reason: string, error: Error): void {
    const { recorder, node, reportError } = this.#options;
    reportError(what, error);
    recorder.event(node, 'Warning', reason, error.message);
  }
}

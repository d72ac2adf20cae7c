import type { Client, Identity } from '../client/client.ts';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import { allResources } from '../resources/index.ts';
import type { Resource } from '../resources/resource.ts';
import type { Store } from '../store/store.ts';
import { Admission } from './admission/admission.ts';
import { Authenticator } from './authentication/authenticator.ts';
import { MASTERS } from './authentication/user.ts';
import { type Authorizer, DENIED } from './authorization/authorizer.ts';
import { catalogOf } from './http/discovery/catalog.ts';
import { DiscoveryHandler } from './http/discovery/discoveryHandler.ts';
import { ApiHandler } from './http/handler.ts';
import { HealthHandler } from './http/health.ts';
import { ApiMetrics } from './http/metrics.ts';
import { type Listener, type ListenOptions, listen } from './http/server/listen.ts';
import { UpgradeHandler } from './http/upgradeHandler.ts';
import type { PodAccessFor } from './http/verbs/podConnections.ts';
import { GIT_VERSION } from './http/version.ts';
import { InProcessClient } from './inProcessClient.ts';
import { OpenApi } from './openapi/openApi.ts';
import { Registry } from './registry/registry.ts';

export interface ApiServerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  /** The kinds that are served; all unless given. */
  readonly resources?: readonly Resource[];
  /** The way to the pods of a node, for logs, exec and the like. */
  readonly podAccessFor?: PodAccessFor;
}

export interface ApiServer {
  readonly registry: Registry;
  /** From a request to an answer, without a socket. */
  readonly handler: ApiHandler;
  /** The API for a part of this process, which is trusted to be who it says. */
  client(identity: Identity): Client;
  /** Serves HTTPS. May be called for several addresses. */
  listen(options: ListenOptions): Promise<Listener>;
  close(): Promise<void>;
}

/** Puts the API server together over a store. It listens nowhere until told to. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const { store, clock, random, resources = allResources, podAccessFor = () => undefined } = options;
  const admission = new Admission([]);
  const registry = new Registry({ store, clock, random: random.stream('apiserver'), resources, admission });
  const catalog = catalogOf(resources, []);
  const mastersOnly: Authorizer = {
    authorize: (user) => (user.groups.includes(MASTERS) ? { isAllowed: true } : DENIED),
  };
  const handler = new ApiHandler({
    registry,
    authenticator: new Authenticator([]),
    authorizer: mastersOnly,
    reviews: [],
    discovery: new DiscoveryHandler(catalog),
    openApi: new OpenApi(catalog, GIT_VERSION),
    health: new HealthHandler([]),
    metrics: new ApiMetrics(store),
    podAccessFor,
  });
  const upgrades = new UpgradeHandler(handler, podAccessFor);
  const listeners: Listener[] = [];
  return {
    registry,
    handler,
    client: (identity) => new InProcessClient(registry, identity),
    async listen(where) {
      const handle = (request: Parameters<ApiHandler['handle']>[0]) => handler.handle(request);
      const handleUpgrade = upgrades.handle.bind(upgrades);
      const listener = await listen({ handle, handleUpgrade }, where);
      listeners.push(listener);
      return listener;
    },
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()));
      registry.close();
    },
  };
}

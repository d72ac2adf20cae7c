import type { Client, Identity } from '../client/client.ts';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import { allResources } from '../resources/index.ts';
import type { Resource } from '../resources/resource.ts';
import type { Store } from '../store/store.ts';
import { Admission } from './admission/admission.ts';
import { InProcessClient } from './inProcessClient.ts';
import { Registry } from './registry/registry.ts';

export interface ApiServerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  /** The kinds that are served; all unless given. */
  readonly resources?: readonly Resource[];
}

export interface ApiServer {
  readonly registry: Registry;
  /** The API for a part of this process, which is trusted to be who it says. */
  client(identity: Identity): Client;
  close(): Promise<void>;
}

/** Puts the API server together over a store. It listens nowhere until told to. */
export function createApiServer({
  store,
  clock,
  random,
  resources = allResources,
}: ApiServerOptions): ApiServer {
  const admission = new Admission([]);
  const registry = new Registry({ store, clock, random: random.stream('apiserver'), resources, admission });
  return {
    registry,
    client: (identity) => new InProcessClient(registry, identity),
    close: async () => registry.close(),
  };
}

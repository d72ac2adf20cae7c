import type { KubernetesObject } from '../apimachinery/object.ts';
import type { Client, Identity } from '../client/client.ts';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import { allResources } from '../resources/allResources.ts';
import { Nodes, Pods } from '../resources/kinds.ts';
import type { Resource } from '../resources/resource.ts';
import type { Store } from '../store/store.ts';
import { Admission } from './admission/admission.ts';
import { allPlugins } from './admission/allPlugins.ts';
import { Authenticator } from './authentication/authenticator.ts';
import { BootstrapTokens } from './authentication/bootstrapTokens.ts';
import { ServiceAccountTokens } from './authentication/serviceAccountTokens.ts';
import { type ClusterAuthorizer, createAuthorizer } from './authorization/authorizerChain.ts';
import { serveCustomResources } from './customresources/serveCustomResources.ts';
import { DiscoveryHandler } from './http/discovery/discoveryHandler.ts';
import { ApiHandler, type ServedPath } from './http/handler.ts';
import { type HealthCheck, HealthHandler } from './http/health.ts';
import { KindTable } from './http/kindTable.ts';
import type { HttpRequest } from './http/message.ts';
import { ApiMetrics } from './http/metrics.ts';
import type { HandleUpgrade } from './http/server/http1.ts';
import { type Listener, type ListenOptions, listen } from './http/server/listen.ts';
import type { Traffic } from './http/server/traffic.ts';
import type { PodAccessFor } from './http/verbs/podConnections.ts';
import { InProcessClient } from './inProcessClient.ts';
import { Registry } from './registry/registry.ts';
import { requestToken } from './registry/subresources/token.ts';
import { accessReviews } from './reviews/accessReviews.ts';
import { identityReviews } from './reviews/identityReviews.ts';
import { rulesReview } from './reviews/rulesReview.ts';
import type { NodeAccessFor } from './usage/usageApi.ts';
import { USAGE_KINDS } from './usage/usageKinds.ts';
import { WebhookClient } from './webhooks/webhookClient.ts';

export interface ApiServerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  /** The kinds that are served; all unless given. */
  readonly resources?: readonly Resource[];
  /** The way to the pods of a node, for logs, exec and the like. */
  readonly podAccessFor?: PodAccessFor;
  /** The way to the nodes themselves, for what they use and what their kubelets tell. */
  readonly nodeAccessFor?: NodeAccessFor;
  /** Signs the tokens of service accounts: an EC private key on P-256, as PEM. Without it there are no such tokens. */
  readonly serviceAccountKey?: string;
  /** What else must be so for `/livez` and `/readyz` to be well. */
  readonly healthChecks?: readonly HealthCheck[];
  /** Who wants to know when clients over the network are busy. */
  readonly traffic?: Traffic;
  /** What the limits of watches go by: real time, whatever the cluster's clock. That clock unless given. */
  readonly networkClock?: Clock;
  /** What is served beside the API, by path. Reached by those who may ask for that path. */
  readonly endpoints?: readonly ServedPath[];
  /** What this cluster cannot do for an object, as `Warning` headers. */
  readonly warnings?: (object: KubernetesObject) => readonly string[];
}

export interface ApiServer {
  readonly registry: Registry;
  /** From a request to an answer, without a socket. */
  readonly handler: ApiHandler;
  /** What `/metrics` shows: others of this process may add theirs. */
  readonly metrics: ApiMetrics['registry'];
  /** The API for a part of this process, which is trusted to be who it says. */
  client(identity: Identity): Client;
  /** Serves HTTPS. May be called for several addresses. */
  listen(options: ListenOptions): Promise<Listener>;
  /** Resolves when webhooks have answered what they are asked now; undefined when nothing is asked. A virtual clock waits for it. */
  webhooksUnderWay(): Promise<void> | undefined;
  /** Ends all connections and takes no more. Clients of this process go on. */
  stopListening(): Promise<void>;
  close(): Promise<void>;
}

/** Puts the API server together over a store. It listens nowhere until told to. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const { store, podAccessFor = () => undefined, nodeAccessFor = () => undefined } = options;
  const tokens = tokensOf(options);
  const webhooks = new WebhookClient(store, options.networkClock ?? options.clock);
  const { registry, authorizer } = registryOf(options, tokens, webhooks);
  const authenticator = new Authenticator([new BootstrapTokens(store, options.clock), ...tokens]);
  const metrics = new ApiMetrics(store);
  const health = new HealthHandler(options.healthChecks ?? []);
  const { endpoints = [] } = options;
  const handler = handlerOf({
    registry,
    authenticator,
    authorizer,
    podAccessFor,
    nodeAccessFor,
    metrics,
    health,
    endpoints,
    webhooks,
  });
  const listeners: Listener[] = [];
  const stopListening = async () => {
    await Promise.all(listeners.splice(0).map((listener) => listener.close()));
  };
  return {
    registry,
    handler,
    metrics: metrics.registry,
    client: (identity) => new InProcessClient(registry, identity),
    async listen(where) {
      const handleRequest = (request: HttpRequest) => handler.handle(request);
      const handle = options.traffic?.observe(handleRequest) ?? handleRequest;
      const listener = await listen({ handle, handleUpgrade: upgradesOf(handler, podAccessFor) }, where);
      listeners.push(listener);
      return listener;
    },
    webhooksUnderWay: () => webhooks.underWay(),
    stopListening,
    async close() {
      await stopListening();
      registry.close();
      webhooks.close();
    },
  };
}

/** One or none. */
const tokensOf = ({
  store,
  clock,
  random,
  serviceAccountKey: key,
}: ApiServerOptions): ServiceAccountTokens[] =>
  key === undefined ? [] : [new ServiceAccountTokens({ store, clock, random: random.stream('tokens'), key })];

function registryOf(
  { store, clock, networkClock = clock, random, resources = allResources, warnings }: ApiServerOptions,
  [tokens]: readonly ServiceAccountTokens[],
  webhooks: WebhookClient,
): { registry: Registry; authorizer: ClusterAuthorizer } {
  const plugins = allPlugins(
    () => registry,
    () => authorizer,
    webhooks,
  );
  const admission = new Admission(plugins);
  const registry: Registry = new Registry({
    store,
    clock,
    networkClock,
    random: random.stream('apiserver'),
    resources,
    admission,
    warnings,
    ...(tokens && { postHandlers: { 'serviceaccounts/token': requestToken(tokens) } }),
  });
  const authorizer = createAuthorizer(registry);
  return { registry, authorizer };
}

interface HandlerParts {
  readonly registry: Registry;
  readonly authenticator: Authenticator;
  readonly authorizer: ClusterAuthorizer;
  readonly podAccessFor: PodAccessFor;
  readonly nodeAccessFor: NodeAccessFor;
  readonly metrics: ApiMetrics;
  readonly health: HealthHandler;
  readonly endpoints: readonly ServedPath[];
  readonly webhooks: WebhookClient;
}

function handlerOf(parts: HandlerParts): ApiHandler {
  const { registry, authenticator, authorizer } = parts;
  const reviews = [...accessReviews(authorizer), rulesReview(authorizer), ...identityReviews(authenticator)];
  const kinds = new KindTable(registry.resources, reviews, usageKinds(registry.resources));
  serveCustomResources(registry, kinds, parts.webhooks);
  return new ApiHandler({
    ...parts,
    reviews,
    discovery: new DiscoveryHandler(() => kinds.catalog),
    kinds,
  });
}

/** Only who keeps nodes and pods can tell what they use. */
const usageKinds = (resources: readonly Resource[]) =>
  [Nodes, Pods].every(({ kind }) => resources.some((resource) => resource.kind === kind)) ? USAGE_KINDS : [];

/** Streams and their libraries are loaded when somebody first wants one: many servers never see an exec. */
const upgradesOf =
  (handler: ApiHandler, podAccessFor: PodAccessFor): HandleUpgrade =>
  async (...upgrade) => {
    const { UpgradeHandler } = await import('./http/upgradeHandler.ts');
    await new UpgradeHandler(handler, podAccessFor).handle(...upgrade);
  };

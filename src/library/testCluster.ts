import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { KubernetesObject } from '../apimachinery/object.ts';
import { type ApiServer, createApiServer } from '../apiserver/apiServer.ts';
import { Traffic } from '../apiserver/http/server/traffic.ts';
import type { Random } from '../clock/random.ts';
import { SystemClock } from '../clock/systemClock.ts';
import { VirtualClock } from '../clock/virtualClock.ts';
import { applyObject, applyPath, applyText } from '../cluster/applyManifests.ts';
import { ensureBootstrapObjects } from '../cluster/bootstrap/bootstrapObjects.ts';
import type { WrapController } from '../cluster/controllers.ts';
import { ControlPlane } from '../cluster/controlPlane.ts';
import { MASTER_NAME } from '../cluster/nodeNames.ts';
import { HttpCourier } from '../cluster/notification/httpCourier.ts';
import { parseCondition } from '../cluster/until/condition.ts';
import type { Why } from '../cluster/why/row.ts';
import { type WhyOptions, why } from '../cluster/why/why.ts';
import type { Courier } from '../controllers/notification/courier.ts';
import { newPrivateKeyPem } from '../pki/keyPair.ts';
import { MemoryStore } from '../store/memoryStore.ts';
import type { Store } from '../store/store.ts';
import { ClusterClient } from './clusterClient.ts';
import { ClusterClock, type Duration } from './clusterClock.ts';
import { ClusterNodes } from './clusterNodes.ts';
import { ClusterHistory } from './history.ts';
import { Link } from './link.ts';
import { courierTo, type OnNotification } from './notifications.ts';
import { serveCluster } from './serveCluster.ts';
import { masterDescription, SimulatedNode } from './simulatedNode.ts';

/** Where to listen, and where else to put the kubeconfig. */
export interface ServeOptions {
  /** 127.0.0.1 unless told. */
  readonly host?: string;
  /** Any that is free unless told. */
  readonly port?: number;
  readonly kubeconfigPath?: string;
}

/** What `createCluster` hands over. */
export interface TestClusterOptions {
  readonly nodes: number;
  readonly master?: boolean;
  readonly clock: VirtualClock | SystemClock;
  readonly random: Random;
  readonly timeZone: string;
  readonly unpullableImages?: RegExp;
  readonly history?: boolean;
  readonly onNotification?: OnNotification;
  /** Where everything is kept; a store in memory unless given. */
  readonly store?: Store;
  readonly wrapController?: WrapController;
}

/** YAML text of one or more documents, the path of a file or folder, or objects. */
export type Manifests = string | URL | KubernetesObject | readonly KubernetesObject[];

const ADMIN = { user: 'kubernetes-admin', groups: ['system:masters'], manager: 'sampan' };
/** What networks go by, whatever the clock of the cluster. */
const realTime = new SystemClock();
/** Where the API would be, before it listens. */
const NOWHERE = { address: '127.0.0.1', port: 6443 };

/** A whole cluster inside a test. `createCluster` makes them. */
export class TestCluster {
  readonly client: ClusterClient;
  readonly clock: ClusterClock;
  readonly nodes: ClusterNodes;
  /** Everything that happened, in order. */
  readonly history: ClusterHistory | undefined;
  /** What controllers and nodes had to say of their failures. */
  readonly errors: string[] = [];
  readonly #options: TestClusterOptions;
  readonly #store: Store;
  readonly #apiServer: ApiServer;
  readonly #courier: Courier;
  #controllers: { readonly plane: ControlPlane; readonly link: Link };
  #isStopped = false;

  private constructor(options: TestClusterOptions) {
    const { clock, random } = options;
    this.#options = options;
    this.#store = options.store ?? new MemoryStore();
    const traffic = new Traffic(realTime);
    const network = new HttpCourier(realTime);
    this.#courier = options.onNotification ? courierTo(options.onNotification) : network;
    if (clock instanceof VirtualClock) {
      clock.holdFor(() => traffic.settled());
      clock.holdFor(() => network.underWay());
      clock.holdFor(() => this.#apiServer.webhooksUnderWay());
    }
    this.#apiServer = createApiServer({
      networkClock: realTime,
      traffic,
      store: this.#store,
      clock,
      random,
      serviceAccountKey: newPrivateKeyPem(),
      podAccessFor: (node) => this.nodes.podAccess(node),
      nodeAccessFor: (node) => this.nodes.nodeAccess(node),
    });
    this.client = new ClusterClient(this.#apiServer.client(ADMIN));
    this.clock = new ClusterClock(clock);
    this.nodes = new ClusterNodes(this.client, this.clock, (description) => this.#makeNode(description));
    this.history = options.history === false ? undefined : new ClusterHistory(this.#store, clock);
    this.#controllers = this.#makeControllers();
  }

  /** Resolves when all nodes are Ready. */
  static async start(options: TestClusterOptions): Promise<TestCluster> {
    const cluster = new TestCluster(options);
    await ensureBootstrapObjects(cluster.client, NOWHERE, undefined);
    await cluster.#controllers.plane.start();
    const added = Array.from({ length: options.nodes }, () => cluster.nodes.add());
    if (options.master) added.unshift(cluster.nodes.add(masterDescription(MASTER_NAME)));
    await Promise.all(added);
    await cluster.clock.settle();
    return cluster;
  }

  /** Applies manifests as `kubectl apply --server-side` would; resolves to the objects as they are stored. */
  async apply(manifests: Manifests): Promise<readonly KubernetesObject[]> {
    if (manifests instanceof URL) return applyPath(this.client, fileURLToPath(manifests));
    if (typeof manifests === 'string') {
      return isPath(manifests)
        ? applyPath(this.client, manifests)
        : applyText(this.client, manifests, 'the text');
    }
    const objects = Array.isArray(manifests) ? (manifests as readonly KubernetesObject[]) : [manifests];
    const applied: KubernetesObject[] = [];
    for (const object of objects as readonly KubernetesObject[]) {
      applied.push(await applyObject(this.client, object, 'the object'));
    }
    return applied;
  }

  /**
   * Turns the clock until an object is as it should be: `waitFor('job/nightly', 'complete')`, `('ds/agent', 'rolled-out')`,
   * `('pod/web', 'ready')`, `('pod/web', 'deleted')`, any phase or condition of its status. Throws when it is not within the limit, and
   * at once where `kubectl rollout status` gives up: a rollout that has exceeded its progress deadline.
   */
  async waitFor(
    object: string,
    what: string,
    { namespace = 'default', limit }: { namespace?: string; limit?: Duration } = {},
  ): Promise<void> {
    const condition = parseCondition(object, what, namespace);
    const options = { what: condition.text, ...(limit !== undefined && { limit }) };
    await this.clock.runUntil(() => condition.holds(this.client), options);
  }

  /**
   * For each node why it has, or has not, a pod of a DaemonSet: `why('daemonset/agent', { node: 'node02' })`; what a Job, a CronJob or a Pod
   * waits for: `why('job/report')`. For a message, or to see what a rollout waits for.
   */
  why(object: string, options: WhyOptions = {}): Promise<readonly Why[]> {
    return why(this.client, object, options, {
      now: this.clock.now(),
      localTimeZone: this.#options.timeZone,
    });
  }

  /** The events of a namespace as kubectl shows them, for a message or a snapshot: time, type, reason, object, message. */
  async eventTable(namespace = 'default'): Promise<string> {
    const { items } = await this.client.list('v1', 'Event', { namespace });
    return items
      .map(({ lastTimestamp, eventTime, type, reason, involvedObject: { kind = '', name }, message }) =>
        [lastTimestamp ?? eventTime, type, reason, `${kind.toLowerCase()}/${name}`, message].join('  '),
      )
      .sort()
      .join('\n');
  }

  /**
   * Serves the API over HTTPS, for kubectl and any other client; resolves to an administrator's kubeconfig. A virtual clock waits from
   * now on, before it moves, until these clients have had a moment to react.
   */
  async listen({ host = '127.0.0.1', port = 0, kubeconfigPath }: ServeOptions = {}): Promise<string> {
    const text = await serveCluster(this.#apiServer, host, port);
    if (kubeconfigPath !== undefined) writeFileSync(kubeconfigPath, text, { mode: 0o600 });
    return text;
  }

  /**
   * The controllers and the scheduler die, wherever they are in their work, and others take over: a crash of the master, or a new
   * leader. Resolves when the new ones are at work.
   */
  async restartControllers(): Promise<void> {
    const { plane, link } = this.#controllers;
    link.cut();
    await plane.stop();
    this.#controllers = this.#makeControllers();
    await this.#controllers.plane.start();
  }

  /** The way between the controllers and the API server. */
  get controllerLink(): Link {
    return this.#controllers.link;
  }

  /** Stops everything at once and lets go of it. May be called twice. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    await this.#apiServer.stopListening();
    await this.nodes.stop();
    this.#controllers.link.cut();
    await this.#controllers.plane.stop();
    await this.#apiServer.close();
    await this.#store.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #makeControllers() {
    const { clock, random, timeZone } = this.#options;
    const link = new Link(clock);
    const apiServer: ApiServer = {
      ...this.#apiServer,
      client: (identity) => link.client(this.#apiServer.client(identity)),
    };
    const plane = new ControlPlane({
      store: this.#store,
      apiServer,
      clock,
      random,
      localTimeZone: timeZone,
      authority: undefined,
      server: NOWHERE,
      courier: this.#courier,
      wrapController: this.#options.wrapController,
      reportError: (controller, key, error) => {
        if (!link.isCut) this.#noteError(`${controller} ${key}`, error);
      },
    });
    return { plane, link };
  }

  #makeNode(description: ConstructorParameters<typeof SimulatedNode>[0]): SimulatedNode {
    const { clock, random, unpullableImages } = this.#options;
    return new SimulatedNode(description, {
      clock,
      random,
      unpullableImages,
      clientFor: (name) => this.#apiServer.client({ user: `system:node:${name}`, manager: 'kubelet' }),
      reportError: (what, error) => this.#noteError(what, error),
    });
  }

  #noteError(what: string, error: unknown): void {
    this.errors.push(`${what}: ${error instanceof Error ? error.message : error}`);
  }
}

/** A manifest has lines, or is JSON; anything else must be a file. */
const isPath = (text: string): boolean => !/[\n{]/.test(text) || existsSync(text);

import { uidOf } from '../apimachinery/object.ts';
import type { Client } from '../client/client.ts';
import { EventRecorder } from '../client/eventRecorder.ts';
import { type Cancel, type Clock, callEvery, delay } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import type { Node, Pod } from '../generated/types.ts';
import type { Runtime, ServerAddress } from '../runtime/runtime.ts';
import { ImageCollector } from './images/imageCollector.ts';
import { AgentNodeAccess } from './nodeAccess.ts';
import type { NodeContext } from './nodeContext.ts';
import { LEASE_RENEWAL_MS } from './nodeLease.ts';
import { NodeNetwork } from './nodeNetwork.ts';
import { type NodeDescription, nodeFacts } from './nodeObject.ts';
import { NodeRecord } from './nodeRecord.ts';
import { type NodeSources, OwnNodeSources } from './nodeSources.ts';
import { AgentPodAccess } from './podAccess.ts';
import { PodAddresses } from './podAddresses.ts';
import { PodSet } from './podSet.ts';
import type { NodePressure } from './pressure/nodePressure.ts';
import type { PressureType } from './pressure/signals.ts';
import { watchPressure } from './pressure/watchPressure.ts';
import { StartingPods } from './startingPods.ts';

export interface NodeAgentOptions extends NodeDescription {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly runtime: Runtime;
  /** One of the agent's own unless given. */
  readonly recorder?: EventRecorder;
  /** Watches of its own unless given; agents of one process share theirs (`SharedNodeSources`). */
  readonly sources?: NodeSources;
  /** Where this machine reaches the API server; without it pods find no API at the address of its service. */
  readonly apiServer?: ServerAddress | undefined;
  /** Where volumes are written; without it none are. */
  readonly dataDir?: string;
  /** When pods are evicted, as the kubelet writes it: `memory.available<100Mi`; its own thresholds unless given. */
  readonly evictionHard?: string | undefined;
  readonly reportError?: (what: string, error: unknown) => void;
}

const NO_PRESSURES: ReadonlySet<PressureType> = new Set();
/** How long to wait when the API could not be told that the node is ready. */
const START_AGAIN_MS = 1000;

/** A node: registers itself, gives signs of life, and runs the pods that are bound to it (upstream's kubelet). */
export class NodeAgent {
  readonly #options: NodeAgentOptions;
  readonly #recorder: EventRecorder;
  readonly #sources: NodeSources;
  readonly #record: NodeRecord;
  readonly #network: NodeNetwork;
  /** What the API server asks of this node itself: statistics, metrics. */
  readonly nodeAccess: AgentNodeAccess;
  readonly #ready = Promise.withResolvers<void>();
  readonly #early = new Map<string, Pod>();
  #pods: PodSet | undefined;
  #images: ImageCollector | undefined;
  #pressure: NodePressure | undefined;
  #isStartingPods = false;
  #stopWatching: Cancel = () => {};
  #stopRenewing: Cancel = () => {};
  #unsubscribe: Cancel = () => {};
  #isStopped = false;

  constructor(options: NodeAgentOptions) {
    this.#options = options;
    const { client, clock, name } = options;
    this.#recorder =
      options.recorder ?? new EventRecorder({ client, clock, component: 'kubelet', host: name });
    this.#sources = options.sources ?? new OwnNodeSources(client, clock);
    this.#record = new NodeRecord({
      client,
      clock,
      description: options,
      isReady: () => this.#pods !== undefined,
      pressures: () => this.#pressures,
    });
    this.#network = new NodeNetwork({
      node: this.#reference(),
      clock,
      runtime: options.runtime,
      sources: this.#sources,
      recorder: this.#recorder,
      addresses: this.#internalAddresses,
      apiServer: options.apiServer,
      reportError: (what, error) => this.#report(what, error),
    });
    this.nodeAccess = new AgentNodeAccess({
      nodeName: name,
      clock,
      runtime: options.runtime,
      volumesDirectory: this.#volumesDirectory,
      pods: () => this.#pods,
    });
  }

  get name(): string {
    return this.#options.name;
  }

  /** Resolves when the node has told the API that it is Ready. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** The pods that run here. */
  get pods(): readonly Pod[] {
    return this.#pods?.pods ?? [];
  }

  /** What the API server asks of this node: logs, exec, attach, port-forward. */
  get podAccess(): AgentPodAccess {
    return new AgentPodAccess((pod) => this.#pods?.find(pod.uid), this.#options.runtime);
  }

  /** Registers the node. Resolves then; the node becomes Ready once the control plane has given it a range of addresses. */
  async start(): Promise<void> {
    const { runtime, random, clock } = this.#options;
    await this.#record.register(nodeFacts(this.#options, await runtime.version(), random));
    this.#recorder.event(this.#reference(), 'Normal', 'Starting', 'Starting kubelet.');
    for (const text of runtime.hostLimitations ?? [])
      this.#recorder.event(this.#reference(), 'Warning', 'RuntimeLimitation', text);
    await this.#renew();
    this.#stopRenewing = callEvery(clock, LEASE_RENEWAL_MS, () => void this.#renew());
    this.#stopWatching = await this.#sources.watch(this.name, {
      onPod: (pod, isGone) => this.#onPod(pod, isGone),
      onNode: (node) => this.#onNode(node),
    });
  }

  /** Lets go of everything. With `drainPods` the containers are ended by their grace periods first; what the API says stays. */
  async stop({ drainPods = false }: { drainPods?: boolean } = {}): Promise<void> {
    this.#isStopped = true;
    this.#stopWatching();
    this.#stopRenewing();
    this.#unsubscribe();
    this.#images?.stop();
    this.#pressure?.stop();
    this.#network.stop();
    await this.#pods?.stop(drainPods);
    await this.#network.leave({ removes: drainPods });
    await this.#options.runtime.close();
  }

  #reference() {
    return { kind: 'Node', name: this.name, uid: this.name };
  }

  async #renew(): Promise<void> {
    try {
      await this.#record.renew();
    } catch (error) {
      this.#report('renew the lease', error);
    }
  }

  #onNode(node: Node | undefined): void {
    if (!node || this.#isStopped) return;
    this.#record.take(node);
    if (!node.spec?.podCIDR || this.#isStartingPods) return;
    this.#isStartingPods = true;
    void this.#becomeReady(node.spec.podCIDR);
  }

  /** The network is there: pods can run, and the API is told so, however often it takes. */
  async #becomeReady(podCIDR: string): Promise<void> {
    while (!this.#isStopped) {
      try {
        if (!this.#pods) await this.#startPods(podCIDR);
        return await this.#tellReady();
      } catch (error) {
        this.#report('start pods', error);
        await delay(this.#options.clock, START_AGAIN_MS);
      }
    }
  }

  async #startPods(podCIDR: string): Promise<void> {
    const { runtime } = this.#options;
    const context = { ...this.#context(podCIDR), clusterDns: await this.#network.start(podCIDR) };
    const pods = await PodSet.recover(context, () => this.#record.node!);
    if (this.#isStopped) return;
    this.#pods = pods;
    this.#unsubscribe = runtime.subscribe((event) => pods.containerChanged(event));
    this.#collectImages();
    this.#watchPressure(pods);
    this.#network.routeToOthers();
    for (const pod of this.#early.values()) pods.update(pod);
    await pods.removeOrphans(new Set(this.#early.keys()));
    this.#early.clear();
  }

  #collectImages(): void {
    const { runtime, clock } = this.#options;
    if (!runtime.images) return;
    const warn = (reason: string, message: string) =>
      this.#recorder.event(this.#reference(), 'Warning', reason, message);
    this.#images = new ImageCollector({ clock, images: runtime.images, warn });
  }

  /** Simulated machines run out of nothing. */
  #watchPressure(pods: PodSet): void {
    const { runtime, clock } = this.#options;
    if (runtime.name === 'simulated') return;
    this.#pressure = watchPressure({
      node: this.#reference(),
      clock,
      runtime,
      recorder: this.#recorder,
      volumesDirectory: this.#volumesDirectory,
      pods,
      images: this.#images,
      evictionHard: this.#options.evictionHard,
      tellStatus: () => this.#record.tellStatus(),
      reportError: (error) => this.#report('see what the node runs short of', error),
    });
  }

  get #internalAddresses(): string[] {
    const internal = this.#options.addresses.filter(({ type }) => type === 'InternalIP');
    return internal.map(({ address }) => address);
  }

  async #tellReady(): Promise<void> {
    if (this.#isStopped) return;
    await this.#record.tellStatus();
    this.#recorder.event(
      this.#reference(),
      'Normal',
      'NodeReady',
      `Node ${this.name} status is now: NodeReady`,
    );
    this.#ready.resolve();
  }

  get #pressures(): ReadonlySet<PressureType> {
    return this.#pressure?.pressures ?? NO_PRESSURES;
  }

  #onPod(pod: Pod, isGone: boolean): void {
    if (this.#isStopped) return;
    if (this.#pods) {
      if (isGone) this.#pods.remove(pod);
      else this.#pods.update(pod);
    } else if (isGone) this.#early.delete(uidOf(pod));
    else this.#early.set(uidOf(pod), pod);
  }

  get #volumesDirectory(): string | undefined {
    const { runtime, dataDir } = this.#options;
    return runtime.name === 'simulated' ? undefined : dataDir;
  }

  #context(podCIDR: string): NodeContext {
    const { client, clock, runtime, capacity, allocatable = capacity } = this.#options;
    return {
      nodeName: this.name,
      client,
      clock,
      runtime,
      recorder: this.#recorder,
      hostIPs: this.#internalAddresses,
      allocatable,
      volumesDirectory: this.#volumesDirectory,
      addresses: new PodAddresses(podCIDR),
      starting: new StartingPods(),
      services: (namespace) => this.#sources.services(namespace),
      pressures: () => this.#pressures,
      reportError: (what, error) => this.#report(what, error),
    };
  }

  #report(what: string, error: unknown): void {
    if (!this.#isStopped) this.#options.reportError?.(what, error);
  }
}

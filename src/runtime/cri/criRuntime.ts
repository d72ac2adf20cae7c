import type { Duplex } from 'node:stream';
import type { RemoteCommandResult, RemoteCommandStreams } from '../../apimachinery/remoteCommand.ts';
import type { Cancel, Clock } from '../../clock/clock.ts';
import type { ContainerResources } from '../isolation.ts';
import { noSandbox } from '../refusals.ts';
import type {
  ApiService,
  ContainerConfig,
  ContainerEvent,
  ContainerStatus,
  ExecResult,
  Image,
  LogLine,
  PodRoute,
  RegistryCredentials,
  Runtime,
  RuntimeLogOptions,
  Sandbox,
  SandboxConfig,
} from '../runtime.ts';
import type { ServiceTable } from '../serviceRoutes.ts';
import { ContainerCommands } from './containerCommands.ts';
import { ContainerWatch } from './containerWatch.ts';
import { cgroupParent } from './controlGroups.ts';
import { CriClient } from './criClient.ts';
import { CriContainers } from './criContainers.ts';
import { CriImageStore } from './criImageStore.ts';
import type { CriParts } from './criParts.ts';
import { CriSandboxes } from './criSandboxes.ts';
import { CriService } from './criService.ts';
import { CriStats } from './criStats.ts';
import { HostNetwork } from './hostNetwork.ts';
import { pullImage } from './images.ts';
import { type Abilities, abilitiesOf, limitationsOf } from './limitations.ts';
import { LogUpkeep } from './logUpkeep.ts';
import { linuxResources } from './podContainer.ts';
import { PodGroups } from './podGroups.ts';
import { PodLogs } from './podLogs.ts';
import { PodPlaces } from './podPlaces.ts';
import { turnsAt } from './startTurns.ts';

export interface CriRuntimeOptions {
  readonly clock: Clock;
  /** The runtime's socket. */
  readonly socket: string;
  /** Where small files of pods live. Also tells the node's pods from those of others. */
  readonly directory: string;
  /** Where logs lie, as the kubelet has them; in `directory` unless given. */
  readonly podLogsDir?: string | undefined;
  /** The name of the bridge, if a network has to be made. */
  readonly bridge?: string;
  /** The addresses of all pods of the cluster. */
  readonly clusterCIDR: string;
  /** The most processes and threads of a pod; any number unless given. */
  readonly podPidsLimit?: number | undefined;
}

/** Runs containers by a runtime of this host that speaks CRI: containerd, CRI-O. They go on when this process dies. */
export class CriRuntime implements Runtime {
  readonly name = 'cri';
  readonly hostLimitations: readonly string[];
  readonly images: CriImageStore;
  readonly stats: CriStats;
  readonly #cri: CriService;
  readonly #abilities: Abilities;
  readonly #groups: PodGroups;
  readonly #network: HostNetwork;
  readonly #watch: ContainerWatch;
  readonly #commands: ContainerCommands;
  readonly #sandboxes: CriSandboxes;
  readonly #containers: CriContainers;
  readonly #upkeep: LogUpkeep;

  private constructor(options: CriRuntimeOptions, cri: CriService, abilities: Abilities, places: PodPlaces) {
    const { clock, socket } = options;
    this.#cri = cri;
    this.#abilities = abilities;
    this.#groups = places.groups;
    this.hostLimitations = places.logs.problem === undefined ? [] : [places.logs.problem];
    this.images = new CriImageStore(cri);
    this.#network = new HostNetwork({ ...options, cri });
    const list = () => cri.listContainers(places.own);
    this.#watch = new ContainerWatch({ client: cri.client, clock, list });
    this.#commands = new ContainerCommands(cri, this.#watch, clock);
    const parts: CriParts = { clock, cri, watch: this.#watch, turns: turnsAt(socket, clock), places };
    this.#containers = new CriContainers(parts, this.#commands);
    this.#sandboxes = new CriSandboxes(parts, this.#containers);
    const logOf = (id: string) => this.#containers.logOf(id);
    this.stats = new CriStats({ clock, cri, own: places.own, directory: options.directory, logOf });
    this.#upkeep = new LogUpkeep({ clock, cri, containers: this.#containers, logs: places.logs });
  }

  /** Connects, and takes up what runs there of ours. Rejects with `CriError` when the socket does not answer. */
  static async open(options: CriRuntimeOptions): Promise<CriRuntime> {
    const client = await CriClient.connect(options.socket, options.clock);
    const cri = new CriService(client);
    const settled = Promise.all([abilitiesOf(cri), cgroupParent(cri)]);
    const [abilities, parent] = await settled.catch((error) => {
      client.close();
      throw error;
    });
    const groups = new PodGroups({ ...options, parent });
    const logs = await PodLogs.open(options.directory, options.podLogsDir);
    const places = new PodPlaces(options.directory, groups, logs);
    const runtime = new CriRuntime(options, cri, abilities, places);
    try {
      const sandboxes = await runtime.listPodSandboxes();
      const uids = new Set(sandboxes.map(({ config }) => config.uid));
      await logs.removeOthers(uids);
      await groups.adopt([...uids]);
      await runtime.#containers.adopt();
      return runtime;
    } catch (error) {
      await runtime.close();
      throw error;
    }
  }

  async version(): Promise<string> {
    const { runtimeName, runtimeVersion } = await this.#cri.version();
    return `${runtimeName}://${runtimeVersion.replace(/^v/, '')}`;
  }

  limitations(pod: SandboxConfig, containers: readonly ContainerConfig[]): readonly string[] {
    return [...limitationsOf(pod, containers, this.#abilities), ...this.#groups.problemsOf(pod.uid)];
  }

  usePodRange(podCIDR: string): Promise<void> {
    return this.#network.usePodRange(podCIDR);
  }

  useApiService(service: ApiService): Promise<void> {
    return this.#network.useApiService(service);
  }

  usePodRoutes(routes: readonly PodRoute[]): Promise<void> {
    return this.#network.usePodRoutes(routes);
  }

  useServices(table: ServiceTable): Promise<void> {
    return this.#network.useServices(table);
  }

  useDnsAddress(address: string): Promise<boolean> {
    return this.#network.useDnsAddress(address);
  }

  runPodSandbox(config: SandboxConfig): Promise<Sandbox> {
    return this.#sandboxes.run(config);
  }

  stopPodSandbox(sandboxId: string): Promise<void> {
    return this.#sandboxes.stop(sandboxId);
  }

  removePodSandbox(sandboxId: string): Promise<void> {
    return this.#sandboxes.remove(sandboxId);
  }

  listPodSandboxes(): Promise<readonly Sandbox[]> {
    return this.#sandboxes.list();
  }

  async imageStatus(image: string): Promise<Image | undefined> {
    const found = await this.#cri.imageStatus(image);
    return found && { id: found.id, sizeBytes: found.size };
  }

  async pullImage(image: string, pullSecrets: readonly RegistryCredentials[]): Promise<Image> {
    const id = await pullImage(this.#cri, image, pullSecrets);
    return (await this.imageStatus(image)) ?? { id, sizeBytes: 0 };
  }

  async createContainer(sandboxId: string, config: ContainerConfig): Promise<string> {
    const sandbox = await this.#sandboxes.find(sandboxId);
    if (!sandbox) throw noSandbox(config, sandboxId);
    return this.#containers.create(sandbox, config);
  }

  startContainer(containerId: string): Promise<void> {
    return this.#containers.start(containerId);
  }

  stopContainer(containerId: string, gracePeriodSeconds: number): Promise<void> {
    return this.#containers.stop(containerId, gracePeriodSeconds);
  }

  resizeContainer(containerId: string, resources: ContainerResources): Promise<void> {
    return this.#cri.updateContainerResources(containerId, linuxResources(resources));
  }

  removeContainer(containerId: string): Promise<void> {
    return this.#containers.remove(containerId);
  }

  containerStatus(containerId: string): Promise<ContainerStatus | undefined> {
    return this.#containers.status(containerId);
  }

  listContainers(): Promise<readonly ContainerStatus[]> {
    return this.#containers.list();
  }

  execSync(containerId: string, command: readonly string[], timeoutMs: number): Promise<ExecResult> {
    return this.#commands.execSync(containerId, command, timeoutMs);
  }

  exec(
    containerId: string,
    command: readonly string[],
    tty: boolean,
    streams: RemoteCommandStreams,
  ): Promise<RemoteCommandResult> {
    return this.#commands.exec(containerId, command, tty, streams);
  }

  attach(containerId: string, streams: RemoteCommandStreams): Promise<RemoteCommandResult> {
    const tty = this.#containers.hasTerminal(containerId);
    return this.#commands.attach(containerId, tty, streams, async () => {
      const { exitCode = 0 } = (await this.containerStatus(containerId)) ?? {};
      return exitCode;
    });
  }

  portForward(sandboxId: string, port: number): Promise<Duplex> {
    return this.#commands.portForward(sandboxId, port);
  }

  logs(containerId: string, options: RuntimeLogOptions, signal: AbortSignal): AsyncIterable<LogLine> {
    return this.#containers.logs(containerId, options, signal);
  }

  subscribe(onEvent: (event: ContainerEvent) => void): Cancel {
    return this.#watch.subscribe(onEvent);
  }

  async close(): Promise<void> {
    await this.#upkeep.close();
    this.#watch.close();
    this.#containers.close();
    this.#cri.client.close();
  }
}

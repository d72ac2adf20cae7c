import type { RemoteCommandResult, RemoteCommandStreams } from '../../apimachinery/remoteCommand.ts';
import type { Cancel, Clock } from '../../clock/clock.ts';
import type { Random } from '../../clock/random.ts';
import { noContainer, noSandbox, notRunning, notRunningResult } from '../refusals.ts';
import type {
  ContainerConfig,
  ContainerEvent,
  ContainerStatus,
  ExecResult,
  Image,
  LogLine,
  NetworkProbe,
  ProbeOutcome,
  RestoredContainer,
  Runtime,
  RuntimeLogOptions,
  Sandbox,
  SandboxConfig,
} from '../runtime.ts';
import { behaviourOf } from './behaviour.ts';
import { SimulatedContainer } from './container.ts';
import { WatchedFiles } from './files.ts';
import { fullName, SimulatedImages } from './images.ts';
import { attachTo, execAndCollect, execWithStreams } from './simulatedExec.ts';
import { SimulatedStats } from './simulatedStats.ts';

export interface SimulatedRuntimeOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Images that cannot be pulled, by their name as given or in full. */
  readonly unpullableImages?: readonly RegExp[];
  /** The machine was off: containers of before, which are taken up again otherwise, are lost. */
  readonly isRebooted?: boolean;
}

/**
 * Runs nothing: containers follow their command on the clock (`sleep 10; exit 1` takes ten seconds and fails), and what is no
 * command of a small shell runs until stopped. See `behaviour.ts` for the annotations that change this.
 */
export class SimulatedRuntime implements Runtime {
  readonly name = 'simulated';
  readonly stats: SimulatedStats;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #images: SimulatedImages;
  /** What commands left in volumes. */
  readonly #hostFiles = new WatchedFiles();
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #containers = new Map<string, SimulatedContainer>();
  /** By their sandbox: a node keeps the containers of thousands of ended pods. */
  readonly #bySandbox = new Map<string, Set<SimulatedContainer>>();
  readonly #listeners = new Set<(event: ContainerEvent) => void>();
  readonly restore: Runtime['restore'];

  constructor({ clock, random, unpullableImages = [], isRebooted = false }: SimulatedRuntimeOptions) {
    this.#clock = clock;
    this.#random = random;
    this.stats = new SimulatedStats(clock, () => this.#containers.values());
    this.#images = new SimulatedImages(unpullableImages);
    this.restore = isRebooted ? undefined : (...life) => this.#restore(...life);
  }

  async version(): Promise<string> {
    return 'simulated://1.0.0';
  }

  limitations(): readonly string[] {
    return [];
  }

  async runPodSandbox(config: SandboxConfig): Promise<Sandbox> {
    const sandbox: Sandbox = {
      id: hexId(this.#random),
      config,
      state: 'ready',
      ip: config.address,
      reachableAt: config.address,
      createdAt: this.#clock.now(),
    };
    this.#sandboxes.set(sandbox.id, sandbox);
    return sandbox;
  }

  async stopPodSandbox(sandboxId: string): Promise<void> {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (!sandbox) return;
    for (const container of this.#containersOf(sandboxId)) container.stop(0);
    this.#sandboxes.set(sandboxId, { ...sandbox, state: 'notReady' });
  }

  async removePodSandbox(sandboxId: string): Promise<void> {
    for (const container of this.#containersOf(sandboxId)) await this.removeContainer(container.options.id);
    const podUid = this.#sandboxes.get(sandboxId)?.config.uid;
    this.#sandboxes.delete(sandboxId);
    this.#bySandbox.delete(sandboxId);
    if (podUid) this.#forgetVolumes(podUid);
  }

  /** The pod's own volumes go with its last sandbox, folders of the node stay. */
  #forgetVolumes(podUid: string): void {
    if (this.#hostFiles.size === 0) return;
    if (this.#sandboxes.values().some(({ config }) => config.uid === podUid)) return;
    const root = `/pods/${podUid}/`;
    for (const path of this.#hostFiles.keys()) if (path.startsWith(root)) this.#hostFiles.delete(path);
  }

  imaginedFile(path: string): string | undefined {
    return this.#hostFiles.get(path);
  }

  async listPodSandboxes(): Promise<readonly Sandbox[]> {
    return [...this.#sandboxes.values()];
  }

  async imageStatus(image: string): Promise<Image | undefined> {
    return this.#images.get(image);
  }

  async pullImage(image: string): Promise<Image> {
    return this.#images.pull(image);
  }

  async createContainer(sandboxId: string, config: ContainerConfig): Promise<string> {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (!sandbox) throw noSandbox(config, sandboxId);
    return this.#add(hexId(this.#random), sandbox, config).options.id;
  }

  async startContainer(containerId: string): Promise<void> {
    const container = this.#containers.get(containerId);
    if (!container) throw noContainer('start', containerId);
    container.start();
  }

  async stopContainer(containerId: string, gracePeriodSeconds: number): Promise<void> {
    const container = this.#containers.get(containerId);
    container?.stop(gracePeriodSeconds);
    if (container?.isRunning) await container.exited;
  }

  async removeContainer(containerId: string): Promise<void> {
    const container = this.#containers.get(containerId);
    container?.stop(0);
    container?.dispose();
    this.#containers.delete(containerId);
    if (container) this.#bySandbox.get(container.options.sandbox.id)?.delete(container);
  }

  async containerStatus(containerId: string): Promise<ContainerStatus | undefined> {
    return this.#containers.get(containerId)?.status();
  }

  async listContainers(): Promise<readonly ContainerStatus[]> {
    return [...this.#containers.values()].map((container) => container.status());
  }

  async execSync(containerId: string, command: readonly string[], timeoutMs: number): Promise<ExecResult> {
    const container = this.#containers.get(containerId);
    if (!container?.isRunning) return notRunningResult(containerId);
    return execAndCollect(container, command, timeoutMs, this.#clock);
  }

  async exec(
    containerId: string,
    command: readonly string[],
    tty: boolean,
    streams: RemoteCommandStreams,
  ): Promise<RemoteCommandResult> {
    const container = this.#containers.get(containerId);
    if (!container?.isRunning) return notRunning(containerId);
    return execWithStreams(container, command, tty, streams, this.#clock);
  }

  async attach(containerId: string, streams: RemoteCommandStreams): Promise<RemoteCommandResult> {
    const container = this.#containers.get(containerId);
    if (!container?.isRunning) return notRunning(containerId);
    return attachTo(container, streams);
  }

  logs(containerId: string, options: RuntimeLogOptions, signal: AbortSignal): AsyncIterable<LogLine> {
    const container = this.#containers.get(containerId);
    if (!container) throw noContainer('read the log of', containerId);
    return container.log.read(options, signal);
  }

  /** Whatever runs answers, once it is ready. */
  async probe(containerId: string, probe: NetworkProbe): Promise<ProbeOutcome> {
    const container = this.#containers.get(containerId);
    const success = container?.isRunning === true && (container.readyAt ?? 0) <= this.#clock.elapsed();
    const refused = `dial tcp ${probe.host}:${probe.port}: connect: connection refused`;
    return { success, message: success ? '' : refused };
  }

  #restore(sandbox: Sandbox, config: ContainerConfig, life: RestoredContainer): void {
    if (!this.#sandboxes.has(sandbox.id)) this.#sandboxes.set(sandbox.id, sandbox);
    this.#images.adopt(config.image);
    this.#add(life.id, sandbox, config).restore(life);
  }

  subscribe(onEvent: (event: ContainerEvent) => void): Cancel {
    this.#listeners.add(onEvent);
    return () => this.#listeners.delete(onEvent);
  }

  async close(): Promise<void> {
    for (const container of this.#containers.values()) container.dispose();
  }

  #add(id: string, sandbox: Sandbox, config: ContainerConfig): SimulatedContainer {
    const container = new SimulatedContainer({
      id,
      sandbox,
      config,
      imageRef: this.#images.get(config.image)?.id ?? '',
      imageName: fullName(config.image),
      behaviour: behaviourOf(sandbox.config, config.name, config.attempt, this.#random),
      hostFiles: this.#hostFiles,
      clock: this.#clock,
      onChange: (changed, kind) => this.#changed(changed, kind),
    });
    this.#containers.set(id, container);
    this.#bySandbox.getOrInsertComputed(sandbox.id, () => new Set()).add(container);
    return container;
  }

  #changed(container: SimulatedContainer, kind: 'started' | 'exited'): void {
    const { id: containerId, sandbox } = container.options;
    if (kind === 'exited') this.stats.ended(container);
    for (const listener of this.#listeners) listener({ kind, containerId, podUid: sandbox.config.uid });
  }

  #containersOf(sandboxId: string): SimulatedContainer[] {
    return [...(this.#bySandbox.get(sandboxId) ?? [])];
  }
}

/** 64 hexadecimal digits, as runtimes name things. */
function hexId(random: Random): string {
  let id = '';
  while (id.length < 64) {
    id += Math.floor(random.next() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  }
  return id;
}

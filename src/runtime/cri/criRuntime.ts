import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { RemoteCommandResult, RemoteCommandStreams } from '../../apimachinery/remoteCommand.ts';
import { type Cancel, type Clock, callEvery, delay } from '../../clock/clock.ts';
import { noContainer, noSandbox } from '../refusals.ts';
import type {
  ApiService,
  ContainerConfig,
  ContainerEvent,
  ContainerStatus,
  ExecResult,
  Image,
  LogLine,
  Mount,
  PodRoute,
  RegistryCredentials,
  Runtime,
  RuntimeLogOptions,
  Sandbox,
  SandboxConfig,
} from '../runtime.ts';
import { ContainerCommands } from './containerCommands.ts';
import { readLog, rotateLog } from './containerLog.ts';
import { ContainerWatch } from './containerWatch.ts';
import { cgroupParent, hasUnifiedGroups, unifiedSettings } from './controlGroups.ts';
import { CriClient } from './criClient.ts';
import { CriImageStore } from './criImageStore.ts';
import { CriService } from './criService.ts';
import { HostNetwork } from './hostNetwork.ts';
import { pullImage, userOf } from './images.ts';
import { type Abilities, abilitiesOf, limitationsOf } from './limitations.ts';
import { type ContainerRecord, containerMessage, containerStatusOf, recordOf } from './podContainer.ts';
import { makeLastWords, PodFiles, readLastWords, removeLeftFiles } from './podFiles.ts';
import { OWNER_LABEL, podSandboxMessage, sandboxOf } from './podSandbox.ts';
import { type StartTurns, turnsAt } from './startTurns.ts';

export interface CriRuntimeOptions {
  readonly clock: Clock;
  /** The runtime's socket. */
  readonly socket: string;
  /** Where logs and small files of pods live. Also tells the node's pods from those of others. */
  readonly directory: string;
  /** The name of the bridge, if a network has to be made. */
  readonly bridge?: string;
  /** The addresses of all pods of the cluster. */
  readonly clusterCIDR: string;
}

/** Between tries to stop a sandbox. */
const STUMBLES_MS = [100, 300, 1000, 3000];
const ROTATION_MS = 10_000;

/** Runs containers by a runtime of this host that speaks CRI: containerd, CRI-O. They go on when this process dies. */
export class CriRuntime implements Runtime {
  readonly name = 'cri';
  readonly images: CriImageStore;
  readonly #options: CriRuntimeOptions;
  readonly #cri: CriService;
  readonly #network: HostNetwork;
  readonly #watch: ContainerWatch;
  readonly #commands: ContainerCommands;
  readonly #turns: StartTurns;
  readonly #sandboxes = new Map<string, Sandbox>();
  /** Sandboxes that were stopped here, and are not removed yet. */
  readonly #stopped = new Set<string>();
  readonly #records = new Map<string, ContainerRecord>();
  readonly #stopRotating: Cancel;
  readonly #unified = unifiedSettings(hasUnifiedGroups());
  #cgroupParent = '/sampan';
  #abilities: Abilities = { sendsSignals: false, keepsGroupsStrict: false };

  private constructor(options: CriRuntimeOptions, client: CriClient) {
    this.#options = options;
    this.#cri = new CriService(client);
    this.#turns = turnsAt(options.socket, options.clock);
    this.images = new CriImageStore(this.#cri);
    this.#network = new HostNetwork({ ...options, cri: this.#cri });
    const list = () => this.#cri.listContainers(this.#own);
    this.#watch = new ContainerWatch({ client, clock: options.clock, list });
    this.#commands = new ContainerCommands(this.#cri, this.#watch, options.clock);
    this.#stopRotating = callEvery(options.clock, ROTATION_MS, () => void this.#rotateLogs());
  }

  /** Connects, and takes up what runs there of ours. Rejects with `CriError` when the socket does not answer. */
  static async open(options: CriRuntimeOptions): Promise<CriRuntime> {
    const runtime = new CriRuntime(options, await CriClient.connect(options.socket, options.clock));
    try {
      runtime.#abilities = await abilitiesOf(runtime.#cri);
      runtime.#cgroupParent = await cgroupParent(runtime.#cri);
      const sandboxes = await runtime.listPodSandboxes();
      await removeLeftFiles(
        join(options.directory, 'pods'),
        new Set(sandboxes.map(({ config }) => config.uid)),
      );
      const containers = await runtime.#cri.listContainers(runtime.#own);
      runtime.#watch.adopt(containers);
      await Promise.all(containers.map(({ id }) => runtime.containerStatus(id)));
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
    return limitationsOf(pod, containers, this.#abilities);
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

  async runPodSandbox(config: SandboxConfig): Promise<Sandbox> {
    const message = podSandboxMessage(config, this.#placesOf(config));
    const files = this.#files(config);
    const run = () => this.#turns.start('sandbox', () => this.#cri.runPodSandbox(message));
    const [id] = await Promise.all([
      this.#replacing(run, (taken) => this.removePodSandbox(taken)),
      files.makeFolders(),
    ]);
    const sandbox = await this.#sandbox(id);
    if (!sandbox) throw new Error(`sandbox ${id} has gone as soon as it was made`);
    await files.writeHosts(config, sandbox.ip);
    return sandbox;
  }

  async stopPodSandbox(sandboxId: string): Promise<void> {
    await this.#settled(sandboxId);
    await this.#turns.calm();
    await this.#stopSandbox(sandboxId);
  }

  async removePodSandbox(sandboxId: string): Promise<void> {
    const sandbox = this.#sandboxes.get(sandboxId);
    await this.#settled(sandboxId);
    await this.#turns.calm();
    if (!this.#stopped.delete(sandboxId)) await this.#stopSandbox(sandboxId);
    await this.#cri.removePodSandbox(sandboxId);
    this.#stopped.delete(sandboxId);
    for (const id of this.#containersIn(sandboxId)) this.#forget(id);
    this.#sandboxes.delete(sandboxId);
    if (sandbox) await this.#files(sandbox.config).remove();
  }

  async listPodSandboxes(): Promise<readonly Sandbox[]> {
    const ids = await this.#cri.listPodSandboxes(this.#own);
    const sandboxes = await Promise.all(ids.map((id) => this.#sandbox(id)));
    return sandboxes.filter((sandbox) => sandbox !== undefined);
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
    const sandbox = this.#sandboxes.get(sandboxId) ?? (await this.#sandbox(sandboxId));
    if (!sandbox) throw noSandbox(config, sandboxId);
    const record = this.#recordFor(sandbox, config);
    const [isolation] = await Promise.all([
      userOf(this.#cri, config),
      makeLastWords(record.terminationMessageFile),
    ]);
    const logPath = this.#files(sandbox.config).logOf(config.name, config.attempt);
    const mounts = this.#extraMounts(sandbox, config, record);
    const request = {
      podSandboxId: sandboxId,
      config: containerMessage({ ...config, isolation }, sandbox, record, {
        owner: this.#owner,
        logPath,
        mounts,
        unified: this.#unified,
      }),
      sandboxConfig: podSandboxMessage(sandbox.config, this.#placesOf(sandbox.config)),
    };
    const create = () => this.#turns.start('container', () => this.#cri.createContainer(request));
    const id = await this.#replacing(create, (taken) => this.#cri.removeContainer(taken));
    this.#records.set(id, record);
    return id;
  }

  async startContainer(containerId: string): Promise<void> {
    const record = this.#records.get(containerId);
    if (!record) throw noContainer('start', containerId);
    this.#watch.starting(containerId);
    try {
      await this.#turns.start('container', () => this.#cri.startContainer(containerId));
    } catch (error) {
      this.#watch.notStarted(containerId);
      throw error;
    }
    this.#watch.started(containerId, record.podUid);
  }

  async stopContainer(containerId: string, gracePeriodSeconds: number): Promise<void> {
    if (!this.#watch.isRunning(containerId)) return;
    this.#watch.stopping(containerId);
    const seconds = Math.max(0, Math.ceil(gracePeriodSeconds));
    const { stopSignal } = this.#records.get(containerId) ?? {};
    const isSignalled =
      stopSignal !== undefined && (await this.#commands.endBySignal(containerId, stopSignal, seconds));
    await this.#cri.stopContainer(containerId, isSignalled ? 0 : seconds);
    this.#watch.ended(containerId);
  }

  async removeContainer(containerId: string): Promise<void> {
    const record = this.#records.get(containerId);
    await this.#watch.settled(containerId);
    await this.#cri.removeContainer(containerId);
    this.#watch.ended(containerId);
    this.#forget(containerId);
    if (!record) return;
    await rm(record.terminationMessageFile, { force: true });
    await rm(record.logPath, { force: true });
  }

  async containerStatus(containerId: string): Promise<ContainerStatus | undefined> {
    const status = await this.#cri.containerStatus(containerId);
    const record = status && recordOf(status);
    if (!record) return undefined;
    this.#records.set(containerId, record);
    const end = this.#watch.endOf(containerId);
    return containerStatusOf(status, record, await readLastWords(record.terminationMessageFile), end);
  }

  async listContainers(): Promise<readonly ContainerStatus[]> {
    const listed = await this.#cri.listContainers(this.#own);
    const statuses = await Promise.all(listed.map(({ id }) => this.containerStatus(id)));
    return statuses.filter((status) => status !== undefined);
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
    const { tty = false } = this.#records.get(containerId) ?? {};
    return this.#commands.attach(containerId, tty, streams, async () => {
      const { exitCode = 0 } = (await this.containerStatus(containerId)) ?? {};
      return exitCode;
    });
  }

  portForward(sandboxId: string, port: number): Promise<Duplex> {
    return this.#commands.portForward(sandboxId, port);
  }

  logs(containerId: string, options: RuntimeLogOptions, signal: AbortSignal): AsyncIterable<LogLine> {
    const record = this.#records.get(containerId);
    if (!record) throw noContainer('read the log of', containerId);
    const watch = this.#watch;
    // The last lines come a moment after the news of the end.
    const follower = {
      isOver: () => !watch.isRunning(containerId) && !watch.isSettling(containerId),
      onOver: (wake: () => void) => watch.onSettled(containerId, wake),
    };
    return afterwards(watch.settled(containerId), () => readLog(record.logPath, options, follower, signal));
  }

  subscribe(onEvent: (event: ContainerEvent) => void): Cancel {
    return this.#watch.subscribe(onEvent);
  }

  async close(): Promise<void> {
    this.#stopRotating();
    this.#watch.close();
    this.#cri.client.close();
  }

  get #owner(): string {
    return this.#options.directory;
  }

  get #own(): Record<string, string> {
    return { [OWNER_LABEL]: this.#owner };
  }

  #files(config: SandboxConfig): PodFiles {
    return new PodFiles(join(this.#options.directory, 'pods'), config);
  }

  #placesOf(config: SandboxConfig) {
    const logDirectory = this.#files(config).logs;
    return { owner: this.#owner, logDirectory, cgroupParent: this.#cgroupParent };
  }

  /** As it is now; remembered. */
  async #sandbox(id: string): Promise<Sandbox | undefined> {
    const status = await this.#cri.podSandboxStatus(id);
    const sandbox = status && sandboxOf(status);
    if (sandbox) this.#sandboxes.set(id, sandbox);
    return sandbox;
  }

  async #stopSandbox(sandboxId: string): Promise<void> {
    await this.#stopPatiently(sandboxId);
    this.#stopped.add(sandboxId);
    const sandbox = this.#sandboxes.get(sandboxId);
    if (sandbox) this.#sandboxes.set(sandboxId, { ...sandbox, state: 'notReady' });
    for (const id of this.#containersIn(sandboxId)) this.#watch.ended(id);
  }

  /** The runtime may stumble over a container that ends by itself in this very moment, and a busy one for longer. */
  async #stopPatiently(sandboxId: string): Promise<void> {
    for (const pauseMs of STUMBLES_MS) {
      try {
        return await this.#cri.stopPodSandbox(sandboxId);
      } catch {
        await delay(this.#options.clock, pauseMs);
      }
    }
    await this.#cri.stopPodSandbox(sandboxId);
  }

  /** The runtime fails to stop what has ended and it is not done with. */
  async #settled(sandboxId: string): Promise<void> {
    await Promise.all(this.#containersIn(sandboxId).map((id) => this.#watch.settled(id)));
  }

  #containersIn(sandboxId: string): string[] {
    return [...this.#records].filter(([, record]) => record.sandboxId === sandboxId).map(([id]) => id);
  }

  #recordFor({ id, config: { uid }, config: pod }: Sandbox, config: ContainerConfig): ContainerRecord {
    const files = this.#files(pod);
    return {
      sandboxId: id,
      podUid: uid,
      image: config.image,
      tty: config.tty,
      stopSignal: config.stopSignal,
      logPath: join(files.logs, files.logOf(config.name, config.attempt)),
      terminationMessageFile: files.lastWordsOf(config.name, config.attempt),
    };
  }

  #extraMounts({ config: pod }: Sandbox, config: ContainerConfig, record: ContainerRecord): Mount[] {
    const mounts: Mount[] = [
      {
        containerPath: config.isolation?.terminationMessagePath ?? '/dev/termination-log',
        hostPath: record.terminationMessageFile,
        readOnly: false,
      },
    ];
    const hasHosts = config.mounts.some(({ containerPath }) => containerPath === '/etc/hosts');
    if (!hasHosts)
      mounts.push({ containerPath: '/etc/hosts', hostPath: this.#files(pod).hosts, readOnly: false });
    return mounts;
  }

  /** What an agent that died has left half made under the same name gives way. */
  async #replacing<T>(make: () => Promise<T>, remove: (id: string) => Promise<void>): Promise<T> {
    try {
      return await make();
    } catch (error) {
      const taken = /is reserved for "([^"]+)"/.exec((error as Error).message)?.[1];
      if (taken === undefined) throw error;
      await remove(taken);
      return make();
    }
  }

  async #rotateLogs(): Promise<void> {
    for (const [id, { logPath }] of this.#records) {
      if (!this.#watch.isRunning(id)) continue;
      // What fails now is tried again with the next look.
      if (await rotateLog(logPath).catch(() => false)) await this.#cri.reopenContainerLog(id).catch(() => {});
    }
  }

  #forget(id: string): void {
    this.#records.delete(id);
    this.#watch.forget(id);
  }
}

async function* afterwards(ready: Promise<void>, read: () => AsyncIterable<LogLine>): AsyncIterable<LogLine> {
  await ready;
  yield* read();
}

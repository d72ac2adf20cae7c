import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RemoteCommandResult, RemoteCommandStreams } from '../../apimachinery/remoteCommand.ts';
import type { Cancel, Clock } from '../../clock/clock.ts';
import { type Random, uuid } from '../../clock/random.ts';
import { noContainer, noSandbox, notRunning, notRunningResult } from '../refusals.ts';
import type {
  ApiService,
  ContainerConfig,
  ContainerEvent,
  ContainerStatus,
  ExecResult,
  Image,
  LogLine,
  Runtime,
  RuntimeLogOptions,
  Sandbox,
  SandboxConfig,
} from '../runtime.ts';
import { withServerAddress, writeKubeconfig } from './apiAccess.ts';
import { ProcessContainer } from './container.ts';
import { ContainerFiles, type ContainerRecord, loadJson, saveJson } from './containerFiles.ts';
import { limitationsOf, limitationsOfPods } from './limitations.ts';
import { attachTo, execAndCollect, execWithStreams } from './processExec.ts';
import { ProcessStats } from './processStats.ts';

export interface ProcessRuntimeOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Where containers live: their roots, logs and records. */
  readonly directory: string;
  /** The most processes of a pod, which is not kept here. */
  readonly podPidsLimit?: number | undefined;
}

/** Processes of the host listen on the host. */
const HOST = '127.0.0.1';

/**
 * Runs a container's command as a process group of the host, for machines without containers. Nothing is isolated but the working
 * directory and the environment, and images are names only. What was started goes on when this process dies; the next
 * one on the same directory takes it up again, with its output and its exit code.
 */
export class ProcessRuntime implements Runtime {
  readonly name = 'process';
  readonly stats: ProcessStats;
  readonly #options: ProcessRuntimeOptions;
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #containers = new Map<string, ProcessContainer>();
  readonly #listeners = new Set<(event: ContainerEvent) => void>();
  #apiService: ApiService | undefined;

  private constructor(options: ProcessRuntimeOptions) {
    this.#options = options;
    const { clock, directory } = options;
    this.stats = new ProcessStats({ clock, directory, containers: () => this.#containers.values() });
  }

  /** Opens a directory, and takes up what runs there. */
  static async open(options: ProcessRuntimeOptions): Promise<ProcessRuntime> {
    const runtime = new ProcessRuntime(options);
    await mkdir(runtime.#sandboxDirectory, { recursive: true, mode: 0o700 });
    await mkdir(runtime.#containerDirectory, { recursive: true, mode: 0o700 });
    await runtime.#load();
    return runtime;
  }

  async version(): Promise<string> {
    return 'process://1.0.0';
  }

  limitations(_pod: SandboxConfig, containers: readonly ContainerConfig[]): readonly string[] {
    return [...limitationsOfPods(this.#options.podPidsLimit), ...containers.flatMap(limitationsOf)];
  }

  async useApiService(service: ApiService): Promise<void> {
    this.#apiService = service;
  }

  async runPodSandbox(config: SandboxConfig): Promise<Sandbox> {
    const { clock, random } = this.#options;
    const sandbox: Sandbox = {
      id: uuid(random),
      config,
      state: 'ready',
      ip: config.address,
      reachableAt: HOST,
      createdAt: clock.now(),
    };
    this.#saveSandbox(sandbox);
    return sandbox;
  }

  async stopPodSandbox(sandboxId: string): Promise<void> {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (!sandbox) return;
    await Promise.all(this.#containersOf(sandboxId).map((container) => container.stop(0)));
    this.#saveSandbox({ ...sandbox, state: 'notReady' });
  }

  async removePodSandbox(sandboxId: string): Promise<void> {
    await Promise.all(this.#containersOf(sandboxId).map(({ id }) => this.removeContainer(id)));
    this.#sandboxes.delete(sandboxId);
    await rm(this.#sandboxPath(sandboxId), { force: true });
  }

  async listPodSandboxes(): Promise<readonly Sandbox[]> {
    return [...this.#sandboxes.values()];
  }

  /** There are no images here, so none is ever missing. */
  async imageStatus(image: string): Promise<Image | undefined> {
    return { id: image, sizeBytes: 0 };
  }

  async pullImage(image: string): Promise<Image> {
    return { id: image, sizeBytes: 0 };
  }

  async createContainer(sandboxId: string, given: ContainerConfig): Promise<string> {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (!sandbox) throw noSandbox(given, sandboxId);
    const service = this.#apiService;
    const config = service ? withServerAddress(given, service) : given;
    const id = uuid(this.#options.random);
    const files = this.#files(id);
    await files.make(config);
    if (service) await writeKubeconfig(files, config, sandbox.config, service);
    const record: ContainerRecord = {
      config,
      sandboxId,
      life: newLife(id, this.#options.clock),
      group: undefined,
    };
    files.save(record);
    this.#add(record, sandbox);
    return id;
  }

  async startContainer(containerId: string): Promise<void> {
    const container = this.#containers.get(containerId);
    if (!container) throw noContainer('start', containerId);
    await container.start();
  }

  async stopContainer(containerId: string, gracePeriodSeconds: number): Promise<void> {
    await this.#containers.get(containerId)?.stop(gracePeriodSeconds);
  }

  async removeContainer(containerId: string): Promise<void> {
    const container = this.#containers.get(containerId);
    await container?.stop(0);
    this.#containers.delete(containerId);
    await container?.options.files.remove();
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
    return execAndCollect(container, command, timeoutMs, this.#options.clock);
  }

  async exec(
    containerId: string,
    command: readonly string[],
    tty: boolean,
    streams: RemoteCommandStreams,
  ): Promise<RemoteCommandResult> {
    const container = this.#containers.get(containerId);
    if (!container?.isRunning) return notRunning(containerId);
    return execWithStreams(container, command, tty, streams);
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

  subscribe(onEvent: (event: ContainerEvent) => void): Cancel {
    this.#listeners.add(onEvent);
    return () => this.#listeners.delete(onEvent);
  }

  async close(): Promise<void> {
    for (const container of this.#containers.values()) container.letGo();
  }

  async #load(): Promise<void> {
    for (const name of await readdir(this.#sandboxDirectory)) {
      const sandbox = loadJson<Sandbox>(join(this.#sandboxDirectory, name));
      if (sandbox && name === `${sandbox.id}.json`) this.#sandboxes.set(sandbox.id, sandbox);
    }
    for (const id of await readdir(this.#containerDirectory)) {
      const record = this.#files(id).load();
      const sandbox = record && this.#sandboxes.get(record.sandboxId);
      if (record && sandbox) this.#add(record, sandbox).adopt();
    }
  }

  #add(record: ContainerRecord, sandbox: Sandbox): ProcessContainer {
    const container = new ProcessContainer(record, {
      sandbox,
      files: this.#files(record.life.id),
      clock: this.#options.clock,
      onChange: ({ id }, kind) => this.#tell({ kind, containerId: id, podUid: sandbox.config.uid }),
    });
    this.#containers.set(container.id, container);
    return container;
  }

  #tell(event: ContainerEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #saveSandbox(sandbox: Sandbox): void {
    this.#sandboxes.set(sandbox.id, sandbox);
    saveJson(this.#sandboxPath(sandbox.id), sandbox);
  }

  #containersOf(sandboxId: string): ProcessContainer[] {
    return [...this.#containers.values()].filter((container) => container.sandboxId === sandboxId);
  }

  #files(id: string): ContainerFiles {
    return new ContainerFiles(join(this.#containerDirectory, id));
  }

  #sandboxPath(id: string): string {
    return join(this.#sandboxDirectory, `${id}.json`);
  }

  get #sandboxDirectory(): string {
    return join(this.#options.directory, 'sandboxes');
  }

  get #containerDirectory(): string {
    return join(this.#options.directory, 'containers');
  }
}

const newLife = (id: string, clock: Clock): ContainerRecord['life'] => ({
  id,
  state: 'created',
  createdAt: clock.now(),
  startedAt: undefined,
  finishedAt: undefined,
  exitCode: undefined,
  signal: undefined,
  reason: undefined,
  message: undefined,
});

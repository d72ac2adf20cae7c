import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { noContainer } from '../refusals.ts';
import type {
  ContainerConfig,
  ContainerStatus,
  LogLine,
  Mount,
  RuntimeLogOptions,
  Sandbox,
} from '../runtime.ts';
import { agedLogs, unusedLogs } from './agedLogs.ts';
import type { ContainerCommands } from './containerCommands.ts';
import { readLog } from './containerLog.ts';
import { hasUnifiedGroups, unifiedSettings } from './controlGroups.ts';
import type { CriParts } from './criParts.ts';
import { userOf } from './images.ts';
import { OomKills } from './oomKills.ts';
import { type ContainerRecord, containerMessage, containerStatusOf, recordOf } from './podContainer.ts';
import { makeLastWords, readLastWords } from './podFiles.ts';
import { replacingTaken } from './replaceTaken.ts';

/** The containers of a node's pods, and what is remembered of each. */
export class CriContainers {
  readonly #parts: CriParts;
  readonly #commands: ContainerCommands;
  readonly #records = new Map<string, ContainerRecord>();
  readonly #unified = unifiedSettings(hasUnifiedGroups());
  readonly #oomKills = new OomKills();

  constructor(parts: CriParts, commands: ContainerCommands) {
    this.#parts = parts;
    this.#commands = commands;
  }

  async create(sandbox: Sandbox, config: ContainerConfig): Promise<string> {
    const { cri, turns, places } = this.#parts;
    const record = await this.#recordFor(sandbox, config);
    const [isolation] = await Promise.all([
      userOf(cri, config),
      makeLastWords(record.terminationMessageFile),
      mkdir(dirname(record.logPath), { recursive: true, mode: 0o755 }),
    ]);
    const mounts = await places.logs.mountsFor(config.mounts);
    const request = {
      podSandboxId: sandbox.id,
      config: containerMessage({ ...config, isolation, mounts }, sandbox, record, {
        owner: places.owner,
        logPath: places.files(sandbox.config).logOf(config.name, config.attempt),
        mounts: this.#extraMounts(sandbox, config, record),
        unified: this.#unified,
      }),
      sandboxConfig: await places.message(sandbox.config),
    };
    const create = () => turns.start('container', () => cri.createContainer(request));
    const id = await replacingTaken(create, (taken) => cri.removeContainer(taken));
    this.#records.set(id, record);
    return id;
  }

  async start(id: string): Promise<void> {
    const { cri, turns, watch, places } = this.#parts;
    const record = this.#records.get(id);
    if (!record) throw noContainer('start', id);
    watch.starting(id);
    try {
      await turns.start('container', () => cri.startContainer(id));
    } catch (error) {
      watch.notStarted(id);
      throw error;
    }
    watch.started(id, record.podUid);
    await places.logs.link(record.logPath, id).catch(() => {}); // the next look after the logs makes it
  }

  async stop(id: string, gracePeriodSeconds: number): Promise<void> {
    const { cri, watch } = this.#parts;
    if (!watch.isRunning(id)) return;
    watch.stopping(id);
    const seconds = Math.max(0, Math.ceil(gracePeriodSeconds));
    const { stopSignal } = this.#records.get(id) ?? {};
    const isSignalled =
      stopSignal !== undefined && (await this.#commands.endBySignal(id, stopSignal, seconds));
    await cri.stopContainer(id, isSignalled ? 0 : seconds);
    watch.ended(id);
  }

  async remove(id: string): Promise<void> {
    const { cri, watch } = this.#parts;
    const record = this.#records.get(id);
    await watch.settled(id);
    await cri.removeContainer(id);
    watch.ended(id);
    this.#forget(id);
    if (!record) return;
    await rm(record.terminationMessageFile, { force: true });
    await this.#parts.places.logs.unlink(record.logPath, id);
    await removeLog(record.logPath);
  }

  async status(id: string): Promise<ContainerStatus | undefined> {
    const { cri, watch } = this.#parts;
    const status = await cri.containerStatus(id);
    const record = status && recordOf(status);
    if (!record) return undefined;
    this.#records.set(id, record);
    const end = watch.endOf(id);
    const lastWords = await readLastWords(record.terminationMessageFile);
    return containerStatusOf(this.#oomKills.completed(status), record, lastWords, end);
  }

  async list(): Promise<readonly ContainerStatus[]> {
    const { cri, places } = this.#parts;
    const listed = await cri.listContainers(places.own);
    const statuses = await Promise.all(listed.map(({ id }) => this.status(id)));
    return statuses.filter((status) => status !== undefined);
  }

  /** Takes up what was made by an earlier life of ours. */
  async adopt(): Promise<void> {
    const { cri, watch, places } = this.#parts;
    const containers = await cri.listContainers(places.own);
    watch.adopt(containers);
    await Promise.all(containers.map(({ id }) => this.status(id)));
  }

  hasTerminal(id: string): boolean {
    return this.#records.get(id)?.tty ?? false;
  }

  /** The file of its log. */
  logOf(id: string): string | undefined {
    return this.#records.get(id)?.logPath;
  }

  logs(id: string, options: RuntimeLogOptions, signal: AbortSignal): AsyncIterable<LogLine> {
    const record = this.#records.get(id);
    if (!record) throw noContainer('read the log of', id);
    const { watch } = this.#parts;
    // The last lines come a moment after the news of the end.
    const follower = {
      isOver: () => !watch.isRunning(id) && !watch.isSettling(id),
      onOver: (wake: () => void) => watch.onSettled(id, wake),
    };
    return afterwards(watch.settled(id), () => readLog(record.logPath, options, follower, signal));
  }

  /** The files of the logs of those that run, by their containers. */
  get runningLogs(): [id: string, log: string][] {
    const running = [...this.#records].filter(([id]) => this.#parts.watch.isRunning(id));
    return running.map(([id, { logPath }]) => [id, logPath]);
  }

  /** Resolves when the containers of a sandbox that have ended are done with: the runtime fails to stop them before. */
  async settled(sandboxId: string): Promise<void> {
    await Promise.all(this.#in(sandboxId).map((id) => this.#parts.watch.settled(id)));
  }

  /** The containers of a sandbox have ended with it. */
  endedIn(sandboxId: string): void {
    for (const id of this.#in(sandboxId)) this.#parts.watch.ended(id);
  }

  forgetThoseIn(sandboxId: string): void {
    for (const id of this.#in(sandboxId)) this.#forget(id);
  }

  close(): void {
    this.#oomKills.close();
  }

  #in(sandboxId: string): string[] {
    return [...this.#records].filter(([, record]) => record.sandboxId === sandboxId).map(([id]) => id);
  }

  #forget(id: string): void {
    this.#records.delete(id);
    this.#parts.watch.forget(id);
  }

  async #recordFor({ id, config: pod }: Sandbox, config: ContainerConfig): Promise<ContainerRecord> {
    const files = this.#parts.places.files(pod);
    return {
      sandboxId: id,
      podUid: pod.uid,
      image: config.image,
      tty: config.tty,
      stopSignal: config.stopSignal,
      logPath: join(await files.logs(), files.logOf(config.name, config.attempt)),
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
    const { hosts } = this.#parts.places.files(pod);
    if (!hasHosts) mounts.push({ containerPath: '/etc/hosts', hostPath: hosts, readOnly: false });
    return mounts;
  }
}

async function removeLog(path: string): Promise<void> {
  for (const file of [...unusedLogs(path), ...agedLogs(path), path]) await rm(file, { force: true });
}

async function* afterwards(ready: Promise<void>, read: () => AsyncIterable<LogLine>): AsyncIterable<LogLine> {
  await ready;
  yield* read();
}

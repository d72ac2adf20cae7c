import { spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { type Cancel, type Clock, delay } from '../../clock/clock.ts';
import type { ContainerConfig, ContainerStatus, RestoredContainer, Sandbox } from '../runtime.ts';
import { exitCodeOfSignal, SIGKILL, signalNumber } from '../signals.ts';
import type { ContainerFiles, ContainerRecord } from './containerFiles.ts';
import { CriLog } from './criLog.ts';
import { DEFAULT_PATH, findExecutable, StartError } from './executable.ts';
import { makePipes, openForWriter, type PipeReader, readPipe } from './pipes.ts';
import { isAlive, type ProcessGroup, signalGroup, startTimeOf } from './processGroup.ts';
import { surroundings } from './surroundings.ts';

export interface ProcessContainerOptions {
  readonly sandbox: Sandbox;
  readonly files: ContainerFiles;
  readonly clock: Clock;
  readonly onChange: (container: ProcessContainer, kind: 'started' | 'exited') => void;
}

/**
 * Waits for the command and leaves its exit code in a file, so that whoever comes after a crash of ours can know it too. The handler
 * (not an ignored signal, which the command would inherit) lets it outlive the signals that the group gets. Its own messages
 * (`Terminated`) belong to nobody. The byte says that the command is there: from then on it gets the signals itself.
 */
const WRAPPER =
  'exec 4>&2 2>/dev/null; trap : TERM INT HUP QUIT USR1 USR2; f=$1; shift; ' +
  '(printf . >&3; exec "$@" 2>&4 3>&- 4>&-); echo $? >"$f"';
/** A process that has left its group may keep the pipes of a dead container open: nobody waits longer for it. */
const LAST_OUTPUT_MS = 200;
const CANNOT_START = 128;

type Listener = (stream: 'stdout' | 'stderr', data: Buffer) => void;

/** A container's command as a process group of the host. It goes on when this process dies, and the next one takes it up again. */
export class ProcessContainer {
  readonly id: string;
  readonly options: ProcessContainerOptions;
  readonly log: CriLog;
  readonly listeners = new Set<Listener>();
  readonly #exited = Promise.withResolvers<void>();
  #record: ContainerRecord;
  #readers: PipeReader[] = [];
  #stdin: number | undefined;
  #killTimers: Cancel[] = [];
  readonly #begun = Promise.withResolvers<void>();
  #isLetGo = false;

  constructor(record: ContainerRecord, options: ProcessContainerOptions) {
    this.id = record.life.id;
    this.options = options;
    this.#record = record;
    this.log = new CriLog(options.files.logs, options.clock);
    if (record.life.state === 'exited') this.#close();
  }

  get config(): ContainerConfig {
    return this.#record.config;
  }

  get sandboxId(): string {
    return this.#record.sandboxId;
  }

  get isRunning(): boolean {
    return this.#record.life.state === 'running';
  }

  /** The first of its processes, which leads their group. */
  get leader(): number | undefined {
    return this.#record.group?.pid;
  }

  status(): ContainerStatus {
    const { config, life, sandboxId } = this.#record;
    return {
      ...life,
      sandboxId,
      podUid: this.options.sandbox.config.uid,
      name: config.name,
      attempt: config.attempt,
      image: config.image,
      imageRef: config.image,
      readyAt: undefined,
    };
  }

  /** Throws `StartError` when there is no such program; the container has exited then. */
  async start(): Promise<void> {
    if (this.#record.life.state !== 'created') return;
    const words = [...this.config.command, ...this.config.args];
    if (words.length > 0) await this.#spawn(words);
    this.#save({ state: 'running', startedAt: this.options.clock.now() });
    if (this.#record.group) {
      this.#follow();
      await Promise.race([this.#begun.promise, this.#exited.promise]);
    }
    if (this.isRunning) this.options.onChange(this, 'started');
  }

  /** Takes up what an earlier process of ours has started: still running, or ended meanwhile. */
  adopt(): void {
    const { life, group } = this.#record;
    if (life.state !== 'running' || !group) return;
    this.#begun.resolve();
    if (isAlive(group)) this.#follow();
    else this.#ended();
  }

  /** The stop signal, SIGKILL after the grace period. A second call can only hurry the first. */
  async stop(gracePeriodSeconds: number): Promise<void> {
    if (this.#record.life.state === 'exited') return;
    const { group } = this.#record;
    if (!group) {
      this.#finish(0);
      return;
    }
    const kill = () => signalGroup(group, SIGKILL);
    if (gracePeriodSeconds <= 0) kill();
    else {
      // Before the command is there, a signal would only reach the wrapper, which would not heed it.
      await Promise.race([this.#begun.promise, this.#exited.promise]);
      if (!this.isRunning) return;
      if (this.#killTimers.length === 0) signalGroup(group, signalNumber(this.config.stopSignal));
      this.#killTimers.push(this.options.clock.callIn(gracePeriodSeconds * 1000, kill));
    }
    await this.#exited.promise;
  }

  /** Writes to the command's standard input, if it has one. */
  get stdin(): number | undefined {
    return this.#stdin;
  }

  closeStdin(): void {
    if (this.#stdin !== undefined) closeSync(this.#stdin);
    this.#stdin = undefined;
  }

  /** Lets go without ending it. */
  letGo(): void {
    this.#isLetGo = true;
    for (const cancel of this.#killTimers) cancel();
    for (const reader of this.#readers) reader.close();
    this.closeStdin();
    this.log.close();
  }

  /** Resolves when the container has ended. */
  get exited(): Promise<void> {
    return this.#exited.promise;
  }

  async #spawn(words: readonly string[]): Promise<void> {
    const { files, sandbox } = this.options;
    const { cwd, env } = surroundings(this.config, sandbox.config, files);
    const program = this.#find(words[0]!, cwd, env.PATH ?? DEFAULT_PATH);
    const names = ['stdout', 'stderr', 'alive'] as const;
    await makePipes(
      [...names, ...(this.config.stdin ? (['stdin'] as const) : [])].map((name) => files.pipe(name)),
    );
    const [stdout, stderr, alive] = names.map((name) => openForWriter(files.pipe(name)));
    this.#readPipes();
    const stdin = this.#openStdin();
    const child = spawn('/bin/sh', ['-c', WRAPPER, 'sh', files.exitCode, program, ...words.slice(1)], {
      cwd,
      env,
      detached: true,
      stdio: [stdin ?? 'ignore', stdout, stderr, alive],
    });
    child.on('error', () => {});
    child.unref();
    for (const fd of [stdout, stderr, alive, stdin]) if (fd !== undefined) closeSync(fd);
    if (child.pid !== undefined) this.#record = { ...this.#record, group: newGroup(child.pid) };
  }

  #find(name: string, directory: string, path: string): string {
    try {
      return findExecutable(name, directory, path);
    } catch (error) {
      if (error instanceof StartError)
        this.#finish(CANNOT_START, { reason: 'StartError', message: error.message });
      throw error;
    }
  }

  /** The command's end of its standard input; ours is kept for `attach`. */
  #openStdin(): number | undefined {
    if (!this.config.stdin) return undefined;
    const path = this.options.files.pipe('stdin');
    const both = openForWriter(path);
    const reading = openSync(path, constants.O_RDONLY);
    this.#stdin = openSync(path, constants.O_WRONLY);
    closeSync(both);
    return reading;
  }

  #readPipes(): void {
    const { files } = this.options;
    const output = (stream: 'stdout' | 'stderr') => (data: Buffer) => {
      if (this.#isLetGo) return;
      this.log.write(stream, data);
      for (const listener of this.listeners) listener(stream, data);
    };
    this.#readers = [
      readPipe(files.pipe('stdout'), output('stdout')),
      readPipe(files.pipe('stderr'), output('stderr')),
      readPipe(files.pipe('alive'), () => this.#begun.resolve()),
    ];
  }

  /** The wrapper alone holds the pipe `alive`: its end is the container's. */
  #follow(): void {
    if (this.#readers.length === 0) this.#readPipes();
    const [stdout, stderr, alive] = this.#readers as [PipeReader, PipeReader, PipeReader];
    void alive.ended.then(async () => {
      if (this.#isLetGo) return;
      // Whatever the command has left behind goes with it, as in a container.
      if (this.#record.group) signalGroup(this.#record.group, SIGKILL);
      const lastOutput = Promise.all([stdout.ended, stderr.ended]);
      await Promise.race([lastOutput, delay(this.options.clock, LAST_OUTPUT_MS)]);
      if (!this.#isLetGo) this.#ended();
    });
  }

  #ended(): void {
    this.#finish(this.options.files.readExitCode() ?? exitCodeOfSignal(SIGKILL));
  }

  #finish(exitCode: number, told: { reason?: string; message?: string } = {}): void {
    if (this.#record.life.state === 'exited') return;
    const reason = told.reason ?? (exitCode === 0 ? 'Completed' : 'Error');
    this.#save({
      state: 'exited',
      finishedAt: this.options.clock.now(),
      exitCode,
      reason,
      message: told.message,
    });
    this.#close();
    this.options.onChange(this, 'exited');
  }

  #close(): void {
    for (const cancel of this.#killTimers) cancel();
    for (const reader of this.#readers) reader.close();
    this.closeStdin();
    this.log.close();
    this.#exited.resolve();
  }

  #save(change: Partial<RestoredContainer>): void {
    this.#record = { ...this.#record, life: { ...this.#record.life, ...change } };
    this.options.files.save(this.#record);
  }
}

const newGroup = (pid: number): ProcessGroup => ({ pid, startTime: startTimeOf(pid) });

import { type Cancel, type Clock, type EpochMs, type Ms, momentOf } from '../../clock/clock.ts';
import { LineQueue } from '../lineQueue.ts';
import type { ContainerConfig, ContainerStatus, RestoredContainer, Sandbox } from '../runtime.ts';
import { exitCodeOfSignal, SIGKILL, signalNumber } from '../signals.ts';
import type { Behaviour } from './behaviour.ts';
import { Execution } from './execution.ts';
import { ContainerFiles, type HostFiles } from './files.ts';
import { MemoryLog } from './memoryLog.ts';
import { runTrapped, runWords } from './shell/run.ts';
import { type Run, Shell } from './shell/shell.ts';
import { PROMPT } from './terminal.ts';

export interface SimulatedContainerOptions {
  readonly id: string;
  readonly sandbox: Sandbox;
  readonly config: ContainerConfig;
  readonly imageRef: string;
  readonly imageName: string;
  readonly behaviour: Behaviour;
  readonly hostFiles: HostFiles;
  readonly clock: Clock;
  readonly onChange: (container: SimulatedContainer, kind: 'started' | 'exited') => void;
}

/** Where a container leaves its last words, unless its spec names another file. */
const TERMINATION_LOG = '/dev/termination-log';
const LONGEST_MESSAGE = 4096;
/** What most images say. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A container of which nothing runs: its command is followed on the clock. It costs a timer only while it sleeps. */
export class SimulatedContainer {
  readonly options: SimulatedContainerOptions;
  /** Whoever is attached. */
  readonly listeners = new Set<Shell['output']>();
  /** Lines for the command's standard input, if it reads any. */
  readonly stdin: LineQueue<string> | undefined;
  readonly #log = new MemoryLog();
  readonly #files: ContainerFiles;
  readonly #exited = Promise.withResolvers<void>();
  #life: RestoredContainer;
  #execution: Execution | undefined;
  #timer: Cancel | undefined;
  /** The container's own command, in whose hands it is what a stop signal does. */
  #main: { readonly shell: Shell; readonly run: Run; isTrapped: boolean } | undefined;
  #kill: Cancel | undefined;
  #startedMoment: Ms = 0;

  constructor(options: SimulatedContainerOptions) {
    this.options = options;
    this.#files = new ContainerFiles(options.hostFiles, options.config.mounts);
    if (options.config.stdin) this.stdin = new LineQueue();
    this.#life = {
      id: options.id,
      state: 'created',
      createdAt: options.clock.now(),
      startedAt: undefined,
      finishedAt: undefined,
      exitCode: undefined,
      signal: undefined,
      reason: undefined,
      message: undefined,
    };
  }

  get log(): MemoryLog {
    return this.#log;
  }

  /** Resolves when the container ends. */
  get exited(): Promise<void> {
    return this.#exited.promise;
  }

  get isRunning(): boolean {
    return this.#life.state === 'running';
  }

  /** How long it has been running, or ran. */
  get runsForMs(): Ms {
    const { startedAt, finishedAt } = this.#life;
    if (startedAt === undefined) return 0;
    if (finishedAt !== undefined) return Math.max(0, finishedAt - startedAt);
    return this.options.clock.elapsed() - this.#startedMoment;
  }

  get readyAt(): Ms | undefined {
    const { readyDelayMs } = this.options.behaviour;
    const hasStarted = this.#life.startedAt !== undefined;
    return readyDelayMs > 0 && hasStarted ? this.#startedMoment + readyDelayMs : undefined;
  }

  status(): ContainerStatus {
    const { sandbox, config, imageRef, imageName } = this.options;
    return {
      ...this.#life,
      sandboxId: sandbox.id,
      podUid: sandbox.config.uid,
      name: config.name,
      attempt: config.attempt,
      image: imageName,
      imageRef,
      readyAt: this.readyAt,
    };
  }

  /** Starts after the delay that the pod asks for. */
  start(): void {
    if (this.#life.state !== 'created' || this.#timer) return;
    const { clock, behaviour } = this.options;
    if (behaviour.startDelayMs > 0) {
      this.#timer = clock.callIn(behaviour.startDelayMs, () => this.#begin());
    } else this.#begin();
  }

  /** Goes on as the status says: a command that sleeps has slept all the while. */
  restore(life: RestoredContainer): void {
    this.#life = life;
    this.#startedMoment = momentOf(this.options.clock, life.startedAt ?? life.createdAt);
    if (life.state === 'running') this.#follow();
    else if (life.state === 'exited') this.#log.close(life.finishedAt ?? life.createdAt);
  }

  /**
   * The stop signal ends it at once, unlike a `sleep` that is PID 1 in a real container: nobody wants to wait for a simulation. But a
   * script that has a trap for it may take the time that it is given.
   */
  stop(gracePeriodSeconds: number): void {
    const { clock, config } = this.options;
    const name = (config.stopSignal ?? 'SIGTERM').replace(/^SIG/, '');
    const action = gracePeriodSeconds > 0 && this.isRunning ? this.#main?.shell.traps.get(name) : undefined;
    if (action === undefined) {
      const signal = gracePeriodSeconds > 0 ? signalNumber(config.stopSignal) : SIGKILL;
      this.#end(exitCodeOfSignal(signal));
      return;
    }
    this.#kill?.();
    this.#kill = clock.callIn(gracePeriodSeconds * 1000, () => this.#end(exitCodeOfSignal(SIGKILL)));
    if (action !== '') this.#runTrap(action);
  }

  #runTrap(action: string): void {
    const main = this.#main!;
    if (main.isTrapped) return;
    main.isTrapped = true;
    this.#execution?.stop();
    this.#carryOut(main.shell, runTrapped(main.shell, action, main.run), this.options.clock.elapsed());
  }

  /** A shell in this container, for `exec`. */
  shell(unknownCommands: Shell['unknownCommands'], output: Shell['output']): Shell {
    const { clock, config, sandbox } = this.options;
    return new Shell({
      variables: new Map([
        ['PATH', PATH],
        ['HOSTNAME', sandbox.config.hostname],
        ['HOME', '/root'],
        ...config.env,
      ]),
      files: this.#files,
      hostname: sandbox.config.hostname,
      unknownCommands,
      output,
      time: clock.now(),
    });
  }

  /** Forgets the timers, without an end. */
  dispose(): void {
    this.#timer?.();
    this.#kill?.();
    this.#execution?.stop();
  }

  #begin(): void {
    const { clock } = this.options;
    this.#timer = undefined;
    this.#startedMoment = clock.elapsed();
    this.#life = { ...this.#life, state: 'running', startedAt: clock.now() };
    this.options.onChange(this, 'started');
    // Whoever was told may have stopped it.
    if (this.isRunning) this.#follow();
  }

  #follow(): void {
    const { behaviour, clock, config } = this.options;
    const words = [...config.command, ...config.args];
    if (behaviour.runTimeMs !== undefined) {
      const leftMs = this.#startedMoment + behaviour.runTimeMs - clock.elapsed();
      this.#timer = clock.callIn(leftMs, () => this.#end(behaviour.exitCode ?? 0));
    } else if (words.length > 0) this.#execute(words);
    else if (behaviour.exitCode !== undefined) this.#end(behaviour.exitCode);
  }

  #execute(words: readonly string[]): void {
    const shell = this.shell('runForever', (stream, text) => {
      this.#log.write(stream, text, shell.time);
      this.#show(stream, text);
    });
    this.#main = { shell, run: runWords(shell, words), isTrapped: false };
    this.#carryOut(shell, this.#main.run, this.#startedMoment);
  }

  #carryOut(shell: Shell, run: Run, startedAt: Ms): void {
    const { behaviour, clock } = this.options;
    const onExit = (exitCode: number) => this.#end(behaviour.exitCode ?? exitCode, shell.time);
    const { stdin } = this;
    const readLine = stdin && (() => this.#prompt(stdin));
    this.#execution = new Execution({ clock, startedAt, shell, run, onExit, ...(readLine && { readLine }) });
    this.#execution.start();
  }

  #prompt(stdin: LineQueue<string>): Promise<string | undefined> {
    if (this.options.config.tty) this.#show('stdout', PROMPT);
    return stdin.next();
  }

  #show(stream: 'stdout' | 'stderr', text: string): void {
    for (const listener of this.listeners) listener(stream, text);
  }

  #end(exitCode: number, time: EpochMs = this.options.clock.now()): void {
    if (this.#life.state === 'exited') return;
    this.dispose();
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    const message = this.#files.get(TERMINATION_LOG)?.slice(-LONGEST_MESSAGE);
    this.#life = { ...this.#life, state: 'exited', finishedAt: time, exitCode, reason, message };
    this.#log.close(time);
    this.#exited.resolve();
    this.options.onChange(this, 'exited');
  }
}

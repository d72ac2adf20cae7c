import type { Duplex } from 'node:stream';
import type { RemoteCommandResult, RemoteCommandStreams } from '../../apimachinery/remoteCommand.ts';
import { openForwardedPort } from '../../apiserver/streams/portForwardClient.ts';
import { commandOptions, runRemoteCommand } from '../../apiserver/streams/remoteCommandClient.ts';
import { type Clock, delay } from '../../clock/clock.ts';
import { notRunning, notRunningResult } from '../refusals.ts';
import type { ExecResult } from '../runtime.ts';
import type { ContainerWatch } from './containerWatch.ts';
import { CriError } from './criClient.ts';
import type { CriService } from './criService.ts';
import { sendSignal } from './signals.ts';

const CANNOT_RUN = 126;
const TIME_IS_OVER: ExecResult = { stdout: '', stderr: '', exitCode: undefined };
/** The runtime ends a command by itself when its time is over. */
const EXEC_MARGIN_MS = 10_000;
/** How long the end of a command that somebody has joined may take to be known. */
const ATTACHED_END_MS = 2_000;

/** What is said to containers that run: commands, signals, and connections to their ports. */
export class ContainerCommands {
  readonly #cri: CriService;
  readonly #watch: ContainerWatch;
  readonly #clock: Clock;

  constructor(cri: CriService, watch: ContainerWatch, clock: Clock) {
    this.#cri = cri;
    this.#watch = watch;
    this.#clock = clock;
  }

  async execSync(containerId: string, cmd: readonly string[], timeoutMs: number): Promise<ExecResult> {
    if (!this.#watch.isRunning(containerId)) return notRunningResult(containerId);
    const request = { containerId, cmd, timeout: Math.max(1, Math.ceil(timeoutMs / 1000)) };
    const answer = this.#cri.execSync(request, request.timeout * 1000 + EXEC_MARGIN_MS);
    try {
      return (await this.#within(timeoutMs, answer)) ?? TIME_IS_OVER;
    } catch (error) {
      if (!(error instanceof CriError)) throw error;
      if (error.code === 'DeadlineExceeded') return TIME_IS_OVER;
      return { stdout: '', stderr: error.message, exitCode: CANNOT_RUN };
    }
  }

  /** Undefined when it takes longer. The runtime, told of the same deadline, would answer with this error or that. */
  async #within<T>(timeoutMs: number, answer: Promise<T>): Promise<T | undefined> {
    const answered = new AbortController();
    answer.catch(() => {}).finally(() => answered.abort());
    await delay(this.#clock, timeoutMs, answered.signal);
    return answered.signal.aborted ? answer : undefined;
  }

  async exec(
    containerId: string,
    cmd: readonly string[],
    tty: boolean,
    streams: RemoteCommandStreams,
  ): Promise<RemoteCommandResult> {
    if (!this.#watch.isRunning(containerId)) return notRunning(containerId);
    const url = await this.#cri.exec({ containerId, cmd, ...commandOptions(tty, streams) });
    return runRemoteCommand({ url }, tty, streams);
  }

  async attach(
    containerId: string,
    tty: boolean,
    streams: RemoteCommandStreams,
    exitCodeOf: () => Promise<number>,
  ): Promise<RemoteCommandResult> {
    if (!this.#watch.isRunning(containerId)) return notRunning(containerId);
    const url = await this.#cri.attach({ containerId, ...commandOptions(tty, streams) });
    const result = await runRemoteCommand({ url }, tty, streams);
    if (result.kind === 'failed' || streams.signal.aborted) return result;
    // The stream ends a moment before the container.
    await Promise.race([this.#watch.over(containerId), delay(this.#clock, ATTACHED_END_MS)]);
    return { kind: 'exited', exitCode: await exitCodeOf() };
  }

  async portForward(sandboxId: string, port: number): Promise<Duplex> {
    const url = await this.#cri.portForward({ podSandboxId: sandboxId, port: [port] });
    return openForwardedPort({ url }, port);
  }

  /** Sends a signal and gives the container its time to end. False when the runtime has to send the image's signal. */
  async endBySignal(containerId: string, signal: string, seconds: number): Promise<boolean> {
    if (seconds === 0 || !(await sendSignal(this.#cri.client, containerId, signal))) return false;
    const patience = new AbortController();
    const over = this.#watch.over(containerId).finally(() => patience.abort());
    await Promise.race([over, delay(this.#clock, seconds * 1000, patience.signal)]);
    await this.#watch.settled(containerId);
    return true;
  }
}

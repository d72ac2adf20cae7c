import { type ChildProcess, spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import type {
  RemoteCommandResult,
  RemoteCommandStreams,
  TerminalSize,
} from '../../apimachinery/remoteCommand.ts';
import type { Clock } from '../../clock/clock.ts';
import type { ExecResult } from '../runtime.ts';
import { exitCodeOfSignal, SIGKILL, signalNumber } from '../signals.ts';
import type { ProcessContainer } from './container.ts';
import { DEFAULT_PATH, findExecutable, StartError } from './executable.ts';
import { signalGroup } from './processGroup.ts';
import { surroundings } from './surroundings.ts';

/** Output beyond this is cut: probes and hooks have little to say. */
const MOST_OUTPUT = 65_536;
const NOT_FOUND = 127;

function start(container: ProcessContainer, command: readonly string[]): ChildProcess {
  const { sandbox, files } = container.options;
  const { cwd, env } = surroundings(container.config, sandbox.config, files);
  const program = findExecutable(command[0] ?? '', cwd, env.PATH ?? DEFAULT_PATH);
  return spawn(program, command.slice(1), { cwd, env, detached: true, stdio: 'pipe' });
}

const kill = ({ pid }: ChildProcess): void => {
  if (pid !== undefined) signalGroup({ pid, startTime: undefined }, SIGKILL);
};

const exitCodeOf = (code: number | null, signal: NodeJS.Signals | null): number =>
  code ?? exitCodeOfSignal(signalNumber(signal ?? undefined));

/** Runs a command in the container's surroundings and collects what it prints. */
export function execAndCollect(
  container: ProcessContainer,
  command: readonly string[],
  timeoutMs: number,
  clock: Clock,
): Promise<ExecResult> {
  return new Promise((resolve) => {
    const output = { stdout: '', stderr: '' };
    let child: ChildProcess;
    try {
      child = start(container, command);
    } catch (error) {
      resolve({ ...output, stderr: (error as Error).message, exitCode: NOT_FOUND });
      return;
    }
    const cancel = clock.callIn(timeoutMs, () => {
      kill(child);
      resolve({ ...output, exitCode: undefined });
    });
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.on('data', (data: Buffer) => {
        if (output[stream].length < MOST_OUTPUT) output[stream] += data.toString();
      });
    }
    child.stdin?.end();
    child.on('close', (code, signal) => {
      cancel();
      resolve({ ...output, exitCode: exitCodeOf(code, signal) });
    });
  });
}

/** Runs a command for somebody at the other end. A terminal comes from `script`, with the size that the client has at the start. */
export async function execWithStreams(
  container: ProcessContainer,
  command: readonly string[],
  tty: boolean,
  streams: RemoteCommandStreams,
): Promise<RemoteCommandResult> {
  try {
    const child = start(container, tty ? await onTerminal(command, streams.resize) : command);
    return await connect(child, streams);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return {
      kind: 'failed',
      message: `OCI runtime exec failed: exec failed: unable to start container process: ${error.detail}`,
    };
  }
}

function connect(
  child: ChildProcess,
  { stdin, stdout, stderr, signal }: RemoteCommandStreams,
): Promise<RemoteCommandResult> {
  return new Promise((resolve) => {
    const leave = () => kill(child);
    signal.addEventListener('abort', leave);
    if (stdin) stdin.pipe(child.stdin!);
    else child.stdin?.end();
    child.stdin?.on('error', () => {});
    if (stdout) child.stdout?.pipe(stdout, { end: false });
    else child.stdout?.resume();
    if (stderr) child.stderr?.pipe(stderr, { end: false });
    else child.stderr?.resume();
    child.on('close', (code, ended) => {
      signal.removeEventListener('abort', leave);
      stdin?.unpipe();
      resolve({ kind: 'exited', exitCode: exitCodeOf(code, ended) });
    });
  });
}

/** The same command on a pseudo-terminal. */
async function onTerminal(command: readonly string[], sizes: AsyncIterable<TerminalSize>): Promise<string[]> {
  const size = await firstOf(sizes);
  const resize = size ? `stty rows ${size.height} cols ${size.width}; ` : '';
  return ['script', '-qec', `${resize}exec ${command.map(quoted).join(' ')}`, '/dev/null'];
}

async function firstOf<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  const first = await items[Symbol.asyncIterator]().next();
  return first.done ? undefined : first.value;
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Joins the container's own command: its output from now on, and its input if it has one. */
export async function attachTo(
  container: ProcessContainer,
  { stdin, stdout, stderr, signal }: RemoteCommandStreams,
): Promise<RemoteCommandResult> {
  const left = Promise.withResolvers<void>();
  const leave = () => left.resolve();
  const show = (stream: 'stdout' | 'stderr', data: Buffer) => {
    (stream === 'stdout' ? stdout : (stderr ?? stdout))?.write(data);
  };
  signal.addEventListener('abort', leave);
  container.listeners.add(show);
  stdin?.on('data', (data: Buffer) => {
    if (container.stdin !== undefined) writeSync(container.stdin, data);
  });
  stdin?.on('end', () => {
    if (container.config.stdinOnce) container.closeStdin();
  });
  await Promise.race([container.exited, left.promise]);
  container.listeners.delete(show);
  signal.removeEventListener('abort', leave);
  return { kind: 'exited', exitCode: container.status().exitCode ?? 0 };
}

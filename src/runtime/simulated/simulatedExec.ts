import type { RemoteCommandResult, RemoteCommandStreams } from '../../apimachinery/remoteCommand.ts';
import type { Clock } from '../../clock/clock.ts';
import type { LineQueue } from '../lineQueue.ts';
import type { ExecResult } from '../runtime.ts';
import type { SimulatedContainer } from './container.ts';
import { Execution } from './execution.ts';
import { runWords } from './shell/run.ts';
import { linesOf, PROMPT } from './terminal.ts';

const INTERRUPTED = 130;

/** Runs a command and collects its output. Programs that the shell does not know succeed: probes and hooks name many. */
export function execAndCollect(
  container: SimulatedContainer,
  command: readonly string[],
  timeoutMs: number,
  clock: Clock,
): Promise<ExecResult> {
  return new Promise((resolve) => {
    const output = { stdout: '', stderr: '' };
    const shell = container.shell('succeed', (stream, text) => {
      output[stream] += text;
    });
    const finish = (exitCode: number | undefined) => {
      cancel();
      execution.stop();
      resolve({ ...output, exitCode });
    };
    const execution = new Execution({ clock, shell, run: runWords(shell, command), onExit: finish });
    const cancel = clock.callIn(timeoutMs, () => finish(undefined));
    execution.start();
  });
}

/** Runs a command for somebody at the other end; `sh` reads lines, with a prompt and an echo on a terminal. */
export function execWithStreams(
  container: SimulatedContainer,
  command: readonly string[],
  tty: boolean,
  streams: RemoteCommandStreams,
  clock: Clock,
): Promise<RemoteCommandResult> {
  return new Promise((resolve) => {
    const write = (stream: 'stdout' | 'stderr', text: string) => {
      const target = stream === 'stdout' || tty ? streams.stdout : streams.stderr;
      target?.write(tty ? text.replaceAll(/\r?\n/g, '\r\n') : text);
    };
    const shell = container.shell('fail', write);
    const lines =
      streams.stdin && linesOf(streams.stdin, tty ? (text) => streams.stdout?.write(text) : undefined);
    const readLine =
      lines &&
      (() => {
        if (tty) write('stdout', PROMPT);
        return lines.next();
      });
    const finish = (exitCode: number) => {
      streams.signal.removeEventListener('abort', leave);
      execution.stop();
      resolve({ kind: 'exited', exitCode });
    };
    const leave = () => finish(INTERRUPTED);
    streams.signal.addEventListener('abort', leave);
    const execution = new Execution({
      clock,
      shell,
      run: runWords(shell, command),
      onExit: finish,
      ...(readLine && { readLine }),
    });
    execution.start();
  });
}

/** Joins a container: what it prints from now on, and lines for its command if that reads any. */
export async function attachTo(
  container: SimulatedContainer,
  { stdin, stdout, stderr, signal }: RemoteCommandStreams,
): Promise<RemoteCommandResult> {
  const { tty, stdinOnce } = container.options.config;
  const show = (stream: 'stdout' | 'stderr', text: string) => {
    const target = stream === 'stdout' ? stdout : (stderr ?? stdout);
    target?.write(tty ? text.replaceAll(/\r?\n/g, '\r\n') : text);
  };
  const left = Promise.withResolvers<void>();
  const leave = () => left.resolve();
  signal.addEventListener('abort', leave);
  container.listeners.add(show);
  if (stdin) void feed(container, linesOf(stdin, tty ? (text) => stdout?.write(text) : undefined), stdinOnce);
  await Promise.race([container.exited, left.promise]);
  container.listeners.delete(show);
  signal.removeEventListener('abort', leave);
  return { kind: 'exited', exitCode: container.status().exitCode ?? 0 };
}

async function feed(
  container: SimulatedContainer,
  lines: LineQueue<string>,
  closesAtEnd: boolean,
): Promise<void> {
  for (let line = await lines.next(); line !== undefined; line = await lines.next())
    container.stdin?.add(line);
  if (closesAtEnd) container.stdin?.close();
}

import type { RemoteCommandResult, RemoteCommandStreams } from '../../apimachinery/remoteCommand.ts';
import { type Clock, callAfter } from '../../clock/clock.ts';
import type { ExecResult } from '../runtime.ts';
import type { SimulatedContainer } from './container.ts';
import { Execution } from './execution.ts';
import { runWords } from './shell/run.ts';
import { linesOf } from './terminal.ts';

const PROMPT = '/ # ';
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
    const cancel = callAfter(clock, timeoutMs, () => finish(undefined));
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

/** What a runtime answers when it is asked to run something in a container that does not run. */
export const notRunning = (containerId: string): RemoteCommandResult => ({
  kind: 'failed',
  message: `container ${containerId} is not running`,
});

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { type Waiting, within } from './waiting.ts';

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code; -1 when a signal ended it. */
  readonly code: number;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written to its standard input, which is closed then; left open if not given. */
  readonly input?: string;
}

const running = new Set<ChildProcessWithoutNullStreams>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A child process whose output is kept, so that a test can wait for a line of it. It never outlives the test run. */
export class Command {
  readonly exited: Promise<Outcome>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #title: string;
  readonly #listeners = new Set<() => void>();
  #stdout = '';
  #stderr = '';
  #hasExited = false;

  constructor(path: string, args: readonly string[], { env, cwd, input }: CommandOptions = {}) {
    this.#title = [path.split('/').at(-1), ...args].join(' ');
    this.#child = spawn(path, args, { ...(cwd && { cwd }), env: { ...process.env, ...env } });
    running.add(this.#child);
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#wake();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#wake();
    });
    // It may have ended before it read its input.
    this.#child.stdin.on('error', () => {});
    if (input !== undefined) this.#child.stdin.end(input);
    this.exited = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code) => {
        running.delete(this.#child);
        this.#hasExited = true;
        this.#wake();
        resolve({ stdout: this.#stdout, stderr: this.#stderr, code: code ?? -1 });
      });
    });
    this.exited.catch(() => {});
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get lines(): string[] {
    return this.#stdout.split('\n').filter((line) => line !== '');
  }

  /** Waits until the output so far (not the error output) matches. */
  async until(pattern: RegExp, waiting?: Waiting): Promise<RegExpExecArray> {
    return within(
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(this.#stdout);
          if (!match && !this.#hasExited) return;
          this.#listeners.delete(look);
          if (match) resolve(match);
          else reject(new Error(`"${this.#title}" ended without ${pattern}${this.#said()}`));
        };
        this.#listeners.add(look);
        look();
      }),
      () => `"${this.#title}" to say ${pattern}${this.#said()}`,
      waiting,
    );
  }

  write(text: string): void {
    this.#child.stdin.write(text);
  }

  /** Sends a signal, and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', waiting?: Waiting): Promise<Outcome> {
    if (!this.#hasExited) this.#child.kill(signal);
    return within(this.exited, () => `"${this.#title}" to end${this.#said()}`, waiting);
  }

  #wake() {
    for (const listener of [...this.#listeners]) listener();
  }

  #said() {
    return `; it said:\n${this.#stdout.slice(-2000)}${this.#stderr.slice(-2000)}`;
  }
}

/** Runs a command to its end. */
export const run = (
  path: string,
  args: readonly string[],
  options: CommandOptions = {},
  waiting?: Waiting,
) => {
  const command = new Command(path, args, { input: '', ...options });
  return within(command.exited, () => `"${args.join(' ')}" to end`, waiting).catch(async (error) => {
    await command.stop('SIGKILL');
    throw error;
  });
};

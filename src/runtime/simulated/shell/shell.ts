import type { EpochMs, Ms } from '../../../clock/clock.ts';
import type { Files } from '../files.ts';
import type { Command } from './syntax.ts';

/** What a shell asks of whoever drives it. */
export type Wait =
  /** Go on when so much of the shell's time has passed. */
  | { readonly kind: 'sleep'; readonly ms: Ms }
  /** Nothing more happens until the container is stopped. */
  | { readonly kind: 'forever' }
  /** Go on with the next line of standard input; undefined at its end. */
  | { readonly kind: 'line' }
  /** Go on when a file has changed. */
  | { readonly kind: 'fileChange'; readonly path: string };

/** A run of something: yields its waits (and receives input lines), returns its exit code. */
export type Run<Result = number> = Generator<Wait, Result, string | undefined>;

/** More than this is cut: nothing that a simulation prints is worth the memory. */
const LONGEST_TEXT = 65_536;
const MOST_FILES = 200;

export type Output = (stream: 'stdout' | 'stderr', text: string) => void;

/** What a running shell knows. The hour is its own: after a restart it catches up from the past. */
export class Shell {
  readonly variables: Map<string, string>;
  /** Arrays of bash; the first element is the variable of that name too. */
  readonly arrays = new Map<string, readonly string[]>();
  readonly functions = new Map<string, Command>();
  /** What to do at a signal, by its name without SIG. */
  readonly traps = new Map<string, string>();
  /** The container's files as far as commands made them, by absolute path. */
  readonly files: Files;
  readonly hostname: string;
  /** Whether an unknown command in this shell goes on until stopped, as a container's own would, or succeeds at once. */
  readonly unknownCommands: 'runForever' | 'succeed' | 'fail';
  output: Output;
  time: EpochMs;
  lastExitCode = 0;
  /** How often it has waited so far: a loop that does not is a busy one. */
  waits = 0;
  /** Of loops, so far. */
  rounds = 0;
  /** Of functions within functions. */
  depth = 0;

  constructor(options: {
    variables: Map<string, string>;
    files: Files;
    hostname: string;
    unknownCommands: Shell['unknownCommands'];
    output: Output;
    time: EpochMs;
  }) {
    this.variables = options.variables;
    this.files = options.files;
    this.hostname = options.hostname;
    this.unknownCommands = options.unknownCommands;
    this.output = options.output;
    this.time = options.time;
  }

  variable(name: string): string | undefined {
    if (name === '?') return String(this.lastExitCode);
    if (name === '$') return '1';
    if (name === '#') return '0';
    return this.variables.get(name);
  }

  setVariable(name: string, value: string): void {
    this.variables.set(name, value.slice(0, LONGEST_TEXT));
  }

  setArray(name: string, elements: readonly string[]): void {
    this.arrays.set(name, elements);
    this.setVariable(name, elements[0] ?? '');
  }

  writeFile(path: string, text: string): void {
    if (path === '/dev/null' || (this.files.size >= MOST_FILES && !this.files.has(path))) return;
    this.files.set(path, text.slice(-LONGEST_TEXT));
  }

  /** Calls `body` with what it prints on standard output kept instead of shown. */
  *captured(body: () => Run): Run<{ text: string; exitCode: number }> {
    const shown = this.output;
    let text = '';
    this.output = (stream, more) => {
      if (stream === 'stderr') shown(stream, more);
      else if (text.length < LONGEST_TEXT) text += more;
    };
    try {
      return { exitCode: yield* body(), text };
    } finally {
      this.output = shown;
    }
  }
}

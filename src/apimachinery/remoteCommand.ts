import type { Readable, Writable } from 'node:stream';

/** What a client asked to have connected to the command. */
export interface RemoteCommandOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** The far ends of a command that a client runs in a container (exec) or joins (attach). */
export interface RemoteCommandStreams {
  /** Ends when the client closes its input, which is not the end of the command. */
  readonly stdin: Readable | undefined;
  /** Heed `write`'s answer: the client may be slow. Whoever runs the command need not end these. */
  readonly stdout: Writable | undefined;
  /** Undefined with a terminal, where everything comes on `stdout`. */
  readonly stderr: Writable | undefined;
  /** The client's terminal, each time it changes; may be iterated once. Ends with the session; empty without a terminal. */
  readonly resize: AsyncIterable<TerminalSize>;
  /** Aborts when the client is gone: the command has lost its reader, and its result goes nowhere. */
  readonly signal: AbortSignal;
}

/** In characters. */
export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

export type RemoteCommandResult =
  | { readonly kind: 'exited'; readonly exitCode: number }
  /**
   * The command could not be run, or how it ended is unknown. The client reads `Internal error occurred: ` before the message, which in
   * upstream begins with `error executing command in container: ` or `error attaching to container: `.
   */
  | { readonly kind: 'failed'; readonly message: string };

import type { Run, Shell, Wait } from './shell.ts';

const FOREVER: Wait = { kind: 'forever' };

/** `exit`: leaves the whole shell. */
export class ShellExit extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super();
    this.exitCode = exitCode;
  }
}

/** `return`: leaves the function, or the shell where there is none. */
export class FunctionReturn extends ShellExit {}

/** `break` and `continue`: leave a round of the innermost loop. */
export class LoopJump extends Error {
  readonly goesOn: boolean;
  constructor(goesOn: boolean) {
    super();
    this.goesOn = goesOn;
  }
}

/** Lets so much time pass in the shell. */
export function* sleep(shell: Shell, ms: number): Run<void> {
  shell.time += ms;
  if (ms > 0) shell.waits++;
  yield { kind: 'sleep', ms };
}

/** Lets nothing more happen. */
export function* forever(): Run<never> {
  for (;;) yield FOREVER;
}

/** Waits for a line of standard input; undefined at its end. */
export function* nextLine(shell: Shell): Run<string | undefined> {
  shell.waits++;
  return yield { kind: 'line' };
}

/** Waits until somebody has written the file, or has taken it away. */
export function* fileChange(shell: Shell, path: string): Run<void> {
  shell.waits++;
  yield { kind: 'fileChange', path };
}

import type { Cancel, Clock } from '../../clock/clock.ts';
import type { Run, Shell } from './shell/shell.ts';

/** How many steps of a past life are gone through again before the rest is skipped. */
const MOST_STEPS_OF_THE_PAST = 10_000;

export interface ExecutionOptions {
  readonly clock: Clock;
  readonly shell: Shell;
  readonly run: Run;
  /** The next line of standard input; nothing is typed when absent. */
  readonly readLine?: () => Promise<string | undefined>;
  readonly onExit: (exitCode: number) => void;
}

/** Carries a run along the clock: a timer while it sleeps, nothing at all while it waits for ever. */
export class Execution {
  readonly #options: ExecutionOptions;
  #timer: Cancel | undefined;
  #isStopped = false;
  #stepsOfThePast = 0;

  constructor(options: ExecutionOptions) {
    this.#options = options;
  }

  /** Runs until the first wait that lies ahead. */
  start(): void {
    this.#advance(undefined);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.();
  }

  #advance(line: string | undefined): void {
    const { clock, shell, run, readLine, onExit } = this.#options;
    for (let input = line; !this.#isStopped; input = undefined) {
      const { done, value } = run.next(input);
      if (done) {
        this.stop();
        onExit(value);
        return;
      }
      if (value.kind === 'forever') return;
      if (value.kind === 'line' && readLine) return void readLine().then((typed) => this.#goOn(typed));
      if (value.kind === 'until' && value.time > clock.now()) {
        this.#timer = clock.callAt(value.time, () => this.#advance(undefined));
        return;
      }
      if (++this.#stepsOfThePast > MOST_STEPS_OF_THE_PAST) shell.time = Math.max(shell.time, clock.now());
    }
  }

  #goOn(line: string | undefined): void {
    const { clock, shell } = this.#options;
    shell.time = clock.now();
    this.#advance(line);
  }
}

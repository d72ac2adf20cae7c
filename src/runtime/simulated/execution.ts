import { type Cancel, type Clock, hourAt, type Ms } from '../../clock/clock.ts';
import type { Run, Shell } from './shell/shell.ts';

/** How many steps of a past life are gone through again before the rest is skipped. */
const MOST_STEPS_OF_THE_PAST = 10_000;

export interface ExecutionOptions {
  readonly clock: Clock;
  /** The moment of `elapsed` at which the run began: now, unless it began in the past. */
  readonly startedAt?: Ms;
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
  /** How far the run has come, by what has elapsed: a sleep takes its time also when the hour is set back meanwhile. */
  #moment: Ms;

  constructor(options: ExecutionOptions) {
    this.#options = options;
    this.#moment = options.startedAt ?? options.clock.elapsed();
  }

  /** Runs until the first wait that lies ahead. */
  start(): void {
    this.#advance();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.();
  }

  #advance(line?: string): void {
    const { clock, shell, run, readLine, onExit } = this.#options;
    shell.time = hourAt(clock, this.#moment);
    for (let input = line; !this.#isStopped; input = undefined) {
      const { done, value } = run.next(input);
      if (done) {
        this.stop();
        onExit(value);
        return;
      }
      if (value.kind === 'forever') return;
      if (value.kind === 'line' && readLine) return void readLine().then((typed) => this.#goOn(typed));
      if (value.kind === 'fileChange') return void this.#awaitChange(value.path);
      if (value.kind === 'sleep') this.#moment += value.ms;
      const aheadMs = this.#moment - clock.elapsed();
      if (aheadMs > 0) {
        this.#timer = clock.callIn(aheadMs, () => this.#advance());
        return;
      }
      if (++this.#stepsOfThePast > MOST_STEPS_OF_THE_PAST) this.#moment = clock.elapsed();
      shell.time = hourAt(clock, this.#moment);
    }
  }

  /** Not at once: whoever writes may not be done. */
  #awaitChange(path: string): void {
    const wake = () => queueMicrotask(() => this.#goOn(undefined));
    this.#timer = this.#options.shell.files.onNextChange(path, wake);
  }

  #goOn(line: string | undefined): void {
    this.#moment = this.#options.clock.elapsed();
    this.#advance(line);
  }
}

import { type Clock, delay } from '../../clock/clock.ts';

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;

export interface OperationsOptions {
  readonly clock: Clock;
  /** The names of what is under way. */
  readonly names: Set<string>;
  readonly onError: (name: string, error: unknown) => void;
  readonly onDone: () => void;
}

/** Work that takes time, each sort once at a time. What fails stays under way for a growing while, so that it is not tried at once. */
export class Operations {
  readonly #options: OperationsOptions;
  readonly #failures = new Map<string, number>();
  readonly #work = new Map<string, Promise<void>>();

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  start(name: string, work: () => Promise<void>): void {
    const { names } = this.#options;
    if (names.has(name)) return;
    names.add(name);
    void this.#finish(name, work);
  }

  /** Resolves when the work of that name, if it is under way, has come to its end, good or bad. */
  async ended(name: string): Promise<void> {
    await this.#work.get(name)?.catch(() => {});
  }

  async #finish(name: string, work: () => Promise<void>): Promise<void> {
    const working = work();
    this.#work.set(name, working);
    try {
      await working;
      this.#failures.delete(name);
    } catch (error) {
      await this.#backOff(name, error);
    }
    this.#work.delete(name);
    this.#options.names.delete(name);
    this.#options.onDone();
  }

  async #backOff(name: string, error: unknown): Promise<void> {
    const { clock, onError } = this.#options;
    const failures = this.#failures.get(name) ?? 0;
    this.#failures.set(name, failures + 1);
    onError(name, error);
    await delay(clock, Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS));
  }
}

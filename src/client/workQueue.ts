import { type Cancel, type Clock, type Ms, onceATurn } from '../clock/clock.ts';

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Does the work of one key. When it throws, the key comes again after a back-off. */
  readonly process: (key: string) => Promise<void>;
  readonly onError?: (key: string, error: unknown, retryInMs: number) => void;
  /** How many keys are worked on at once; one key never twice at a time. */
  readonly concurrency?: number;
}

/** Back-off of a failing key: 5 ms doubling, as client-go's default rate limiter, but at most five minutes. */
const FIRST_RETRY_MS = 5;
const LONGEST_RETRY_MS = 300_000;

/** Keys that want attention. A key that is added often is worked on once; added while it is being worked on, once more after. */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #active = new Set<string>();
  readonly #again = new Set<string>();
  readonly #later = new Map<string, { due: Ms; cancel: Cancel }>();
  readonly #failures = new Map<string, number>();
  readonly #retries = new Set<Cancel>();
  #idle: PromiseWithResolvers<void> | undefined;
  #stopped = false;
  /** Changes that arrive together are worked on together. */
  readonly #drainSoon: () => void;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#drainSoon = onceATurn(options.clock, () => this.#drain());
  }

  add(key: string): void {
    if (this.#stopped) return;
    if (this.#active.has(key)) this.#again.add(key);
    else this.#waiting.add(key);
    this.#drainSoon();
  }

  /** Adds the key when so much has elapsed; if it is to come earlier already, then it does. */
  addIn(key: string, delayMs: Ms): void {
    if (this.#stopped) return;
    const { clock } = this.#options;
    const due = clock.elapsed() + delayMs;
    const planned = this.#later.get(key);
    if (planned && planned.due <= due) return;
    planned?.cancel();
    const cancel = clock.callIn(delayMs, () => {
      this.#later.delete(key);
      this.add(key);
    });
    this.#later.set(key, { due, cancel });
  }

  /** How many keys wait or are being worked on (`workqueue_depth` counts those that wait). */
  get depth(): number {
    return this.#waiting.size;
  }

  /** Takes no more keys and resolves when those under way are done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.clear();
    for (const { cancel } of this.#later.values()) cancel();
    this.#later.clear();
    for (const cancel of this.#retries) cancel();
    this.#retries.clear();
    if (this.#active.size === 0) return;
    this.#idle ??= Promise.withResolvers<void>();
    await this.#idle.promise;
  }

  #drain(): void {
    for (const key of this.#waiting) {
      if (this.#active.size >= (this.#options.concurrency ?? 5)) return;
      this.#waiting.delete(key);
      void this.#work(key);
    }
  }

  async #work(key: string): Promise<void> {
    this.#active.add(key);
    try {
      await this.#options.process(key);
      this.#failures.delete(key);
    } catch (error) {
      this.#retryLater(key, error);
    }
    this.#active.delete(key);
    if (this.#stopped) {
      if (this.#active.size === 0) this.#idle?.resolve();
      return;
    }
    if (this.#again.delete(key)) this.#waiting.add(key);
    if (this.#waiting.size > 0) this.#drainSoon();
  }

  #retryLater(key: string, error: unknown): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const retryInMs = Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS);
    this.#options.onError?.(key, error, retryInMs);
    if (this.#stopped) return;
    const { clock } = this.#options;
    const cancel = clock.callIn(retryInMs, () => {
      this.#retries.delete(cancel);
      this.add(key);
    });
    this.#retries.add(cancel);
  }
}

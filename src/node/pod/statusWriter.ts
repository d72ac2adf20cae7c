import { isStatusError } from '../../apimachinery/errors.ts';
import { type Client, refOf } from '../../client/client.ts';
import { type Cancel, type Clock, onceATurn } from '../../clock/clock.ts';
import type { Pod, PodStatus } from '../../generated/types.ts';
import { Pods } from '../../resources/kinds.ts';
import { statusPatch } from './statusPatch.ts';

const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 10_000;

export interface StatusWriterOptions {
  readonly client: Client;
  readonly clock: Clock;
  /** The newest pod that is known, and the status that it should have. */
  readonly current: () => { readonly pod: Pod; readonly status: PodStatus };
  readonly onWritten: (pod: Pod) => void;
  /** It is tried again by itself. */
  readonly onError: (error: unknown) => void;
}

/** Writes a pod's status: one write at a time, always the newest, and none when nothing changed. */
export class StatusWriter {
  readonly #options: StatusWriterOptions;
  #writing: Promise<void> | undefined;
  #isDirty = false;
  #timer: Cancel | undefined;
  #failures = 0;
  #hasWritten = false;
  #isStopped = false;

  /** What a pod goes through in one turn is told in one write, as the kubelet tells only what it finds when it looks. */
  readonly #flushSoon: () => void;

  constructor(options: StatusWriterOptions) {
    this.#options = options;
    this.#flushSoon = onceATurn(options.clock, () => {
      if (this.#isDirty && !this.#isStopped) void this.flush();
    });
  }

  /** The status may have changed: writes it within `delayMs`, in this turn of the clock for 0. */
  refresh(delayMs: number): void {
    this.#isDirty = true;
    if (this.#writing || this.#isStopped) return;
    if (delayMs > 0) this.#timer ??= this.#options.clock.callIn(delayMs, () => void this.flush());
    // That the node is at it (`ContainerCreating`) is told at once.
    else if (this.#hasWritten) this.#flushSoon();
    else void this.flush();
  }

  /** Writes the status now, if it has changed. Resolves when it is written, or cannot be. */
  flush(): Promise<void> {
    this.#timer?.();
    this.#timer = undefined;
    this.#isDirty = true;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      if (this.#isDirty) this.refresh(this.#retryMs());
    });
    return this.#writing;
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.();
  }

  async #writeAll(): Promise<void> {
    while (this.#isDirty && !this.#isStopped) {
      this.#isDirty = false;
      try {
        await this.#write();
        this.#failures = 0;
      } catch (error) {
        // Gone: there is nobody to tell.
        if (isStatusError(error, 'NotFound')) return;
        this.#failures++;
        this.#isDirty = true;
        // Others wrote at the same time, or it is another pod of the same name, of which the watch will tell.
        if (!isStatusError(error, 'Conflict')) this.#options.onError(error);
        return;
      }
    }
  }

  async #write(): Promise<void> {
    const { client, current, onWritten } = this.#options;
    const { pod, status } = current();
    const body = statusPatch(pod, status);
    if (!body) return;
    this.#hasWritten = true;
    onWritten(await client.patch(Pods, refOf(pod), { type: 'strategic', body }, { subresource: 'status' }));
  }

  #retryMs(): number {
    return this.#failures === 0 ? 0 : Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
  }
}

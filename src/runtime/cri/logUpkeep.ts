import { type Cancel, type Clock, callEvery } from '../../clock/clock.ts';
import type { CriContainers } from './criContainers.ts';
import type { CriService } from './criService.ts';
import { rotateLog } from './logRotation.ts';
import type { PodLogs } from './podLogs.ts';

/** As the kubelet does: `containerLogMonitorInterval`, and its collection of containers. */
const ROTATION_MS = 10_000;
const COLLECTION_MS = 60_000;

export interface LogUpkeepOptions {
  readonly clock: Clock;
  readonly cri: Pick<CriService, 'reopenContainerLog'>;
  readonly containers: Pick<CriContainers, 'runningLogs'>;
  readonly logs: PodLogs;
}

/** Looks after the logs of a node's pods: puts aside those that are full, and takes away those of pods that are gone. */
export class LogUpkeep {
  readonly #options: LogUpkeepOptions;
  readonly #cancels: readonly Cancel[];
  #looking: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: LogUpkeepOptions) {
    this.#options = options;
    const { clock, logs } = options;
    this.#cancels = [
      callEvery(clock, ROTATION_MS, () => this.#look()),
      callEvery(clock, COLLECTION_MS, () => void logs.collect()),
    ];
  }

  /** Resolves when nothing is under way any more, and nothing is left of pods that are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const cancel of this.#cancels) cancel();
    await this.#looking;
    await this.#options.logs.collect();
  }

  /** One at a time: to compress takes a while. */
  #look(): void {
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = undefined;
    });
  }

  async #lookAtAll(): Promise<void> {
    const { containers, cri, clock, logs } = this.#options;
    for (const [id, log] of containers.runningLogs) {
      if (this.#isClosed) return;
      // What fails now is tried again with the next look.
      await rotateLog(log, clock.now(), () => cri.reopenContainerLog(id)).catch(() => {});
      await logs.link(log, id).catch(() => {});
    }
  }
}

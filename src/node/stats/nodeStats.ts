import type { NodeUsage } from '../../apiserver/streams/nodeAccess.ts';
import type { Clock, EpochMs } from '../../clock/clock.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { VolumesDirectory } from '../volumes/volumes.ts';
import type { MeasuredPod } from './measuredPod.ts';
import { Meter } from './meter.ts';
import { resourceMetrics } from './resourceMetrics.ts';
import { lookAtStorage } from './storage.ts';
import { summaryOf } from './summary.ts';
import type { Summary } from './summaryTypes.ts';
import { usageBetween } from './usage.ts';

export interface NodeStatsOptions {
  readonly nodeName: string;
  readonly clock: Clock;
  readonly runtime: Pick<Runtime, 'stats' | 'images'>;
  readonly volumesDirectory: VolumesDirectory;
  /** The pods of which something runs now. */
  pods(): readonly MeasuredPod[];
}

/** What a node and its pods use, in the forms in which it is asked for. */
export class NodeStats {
  readonly #options: NodeStatsOptions;
  readonly #meter: Meter;
  readonly #startedAt: EpochMs;

  constructor(options: NodeStatsOptions) {
    this.#options = options;
    this.#meter = new Meter(options.clock, options.runtime.stats);
    this.#startedAt = options.clock.now();
  }

  async usage(): Promise<NodeUsage> {
    const { clock, pods } = this.#options;
    const looks = await this.#meter.looks();
    return usageBetween(looks, pods(), clock);
  }

  /** Of processors and memory only, if that is all that is wanted. Rejects when the runtime does not tell. */
  async summary({ isShort }: { isShort: boolean }): Promise<Summary> {
    const { nodeName, clock, runtime, volumesDirectory } = this.#options;
    const looks = await this.#meter.looks();
    const pods = this.#options.pods();
    const sources = { stats: runtime.stats, images: runtime.images, volumesDirectory };
    const storage = isShort ? undefined : await lookAtStorage(sources, pods);
    return summaryOf({ nodeName, startedAt: this.#startedAt, looks, pods, storage, clock });
  }

  async resourceMetrics(): Promise<string> {
    const look = await this.#meter.look().catch(() => undefined);
    return resourceMetrics(look, this.#options.pods(), this.#options.clock);
  }
}

import type { Clock } from '../../clock/clock.ts';
import { folderUse } from '../diskUse.ts';
import { usageOfGroups } from '../proc/groupUsage.ts';
import { hostStats } from '../proc/hostStats.ts';
import type {
  ContainerDiskStats,
  ContainerStats,
  HostStats,
  PodNetworkStats,
  RuntimeStats,
} from '../stats.ts';
import type { ProcessContainer } from './container.ts';

/** Of a container that has no command, and so no process. */
const NOTHING = { cpu: { coreNanoseconds: 0 }, memory: { workingSet: 0, usage: 0, rss: 0 } };

export interface ProcessStatsOptions {
  readonly clock: Clock;
  readonly directory: string;
  containers(): Iterable<ProcessContainer>;
}

/** What process groups use, by `/proc`. They share the host's network, of which nobody knows whose is what. */
export class ProcessStats implements RuntimeStats {
  readonly #options: ProcessStatsOptions;

  constructor(options: ProcessStatsOptions) {
    this.#options = options;
  }

  async containers(): Promise<readonly ContainerStats[]> {
    const running = this.#running;
    const leaders = running.map(({ leader }) => leader).filter((leader) => leader !== undefined);
    const at = this.#options.clock.elapsed();
    const usage = usageOfGroups(new Set(leaders));
    return running.map(({ id, leader }) => ({
      containerId: id,
      at,
      ...((leader !== undefined && usage.get(leader)) || NOTHING),
    }));
  }

  async networks(): Promise<readonly PodNetworkStats[]> {
    return [];
  }

  disks(): Promise<readonly ContainerDiskStats[]> {
    return Promise.all(
      this.#running.map(async ({ id, options: { files } }) => {
        const [root, logs] = await Promise.all([folderUse(files.root), folderUse(files.logs)]);
        return { containerId: id, root, logs };
      }),
    );
  }

  host(): Promise<HostStats> {
    return hostStats(this.#options.clock, this.#options.directory);
  }

  get #running(): ProcessContainer[] {
    return [...this.#options.containers()].filter(({ isRunning }) => isRunning);
  }
}

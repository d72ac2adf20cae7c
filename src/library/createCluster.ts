import { SeededRandom } from '../clock/random.ts';
import { SystemClock } from '../clock/systemClock.ts';
import { VIRTUAL_EPOCH, VirtualClock } from '../clock/virtualClock.ts';
import { type TimeOfDay, toEpochMs } from './clusterClock.ts';
import type { OnNotification } from './notifications.ts';
import { TestCluster } from './testCluster.ts';

export interface CreateClusterOptions {
  /** How many worker nodes, `node01` and so on; 3 unless told. */
  readonly nodes?: number;
  /** Adds `master01`, with the taint that keeps ordinary pods away. Not unless told. */
  readonly master?: boolean;
  /** `virtual` (unless told): time stands still until the test turns it. `system`: it goes by itself. */
  readonly clock?: 'virtual' | 'system';
  /** The same seed gives the same names, order and history; 1 unless told. */
  readonly seed?: number | string;
  /** Where a virtual clock begins; 2026-01-01T00:00:00Z unless told. */
  readonly startTime?: TimeOfDay;
  /** Where CronJobs without `timeZone` read their schedule; UTC unless told. */
  readonly timeZone?: string;
  /** Images whose name matches cannot be pulled. */
  readonly unpullableImages?: RegExp;
  /** Whether `cluster.history` is kept; it is unless told. */
  readonly history?: boolean;
  /** Gets what would be posted to receivers of notifications, and returns the status that they answer. Unless given, it is posted. */
  readonly onNotification?: OnNotification;
}

/**
 * A whole cluster in this process: API server, controllers, scheduler, and nodes that follow their pods' commands on the cluster's
 * clock. It keeps everything in memory, listens nowhere until asked to, and leaves nothing behind. Resolves when all nodes are Ready.
 * Many can live side by side.
 */
export async function createCluster(options: CreateClusterOptions = {}): Promise<TestCluster> {
  const { nodes = 3, clock = 'virtual', seed = 1, startTime = VIRTUAL_EPOCH, timeZone = 'UTC' } = options;
  checkNodes(nodes);
  checkTimeZone(timeZone);
  return TestCluster.start({
    ...options,
    nodes,
    clock: clock === 'virtual' ? new VirtualClock(toEpochMs(startTime)) : new SystemClock(),
    random: new SeededRandom(seed),
    timeZone,
  });
}

function checkNodes(nodes: number): void {
  if (Number.isInteger(nodes) && nodes >= 0 && nodes <= 1000) return;
  throw new Error(`nodes: ${nodes} is not possible: it must be a whole number from 0 to 1000`);
}

function checkTimeZone(timeZone: string): void {
  try {
    Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new Error(`timeZone: "${timeZone}" is unknown: it must be like "Europe/Berlin"`);
  }
}

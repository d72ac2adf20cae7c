import type { Disk } from '../../runtime/runtime.ts';
import type { HostStats } from '../../runtime/stats.ts';

/** The kubelet's eviction signals: what can run out on a node. */
export type Signal =
  | 'memory.available'
  | 'nodefs.available'
  | 'nodefs.inodesFree'
  | 'imagefs.available'
  | 'pid.available';

export type PressureType = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure';

/** What a signal says of the node, and which resource of pods stands behind it. */
export const MEANINGS: Readonly<
  Record<Signal, { readonly pressure: PressureType; readonly resource: string }>
> = {
  'memory.available': { pressure: 'MemoryPressure', resource: 'memory' },
  'nodefs.available': { pressure: 'DiskPressure', resource: 'ephemeral-storage' },
  'nodefs.inodesFree': { pressure: 'DiskPressure', resource: 'inodes' },
  'imagefs.available': { pressure: 'DiskPressure', resource: 'ephemeral-storage' },
  'pid.available': { pressure: 'PIDPressure', resource: 'pids' },
};

/** How much there is of something, in bytes or pieces. */
export interface Observation {
  readonly signal: Signal;
  readonly available: number;
  readonly capacity: number;
}

/** What is known of a node; what nobody tells of does not run out. */
export function observe({ memory, disk, processes }: HostStats, images: Disk | undefined): Observation[] {
  const observations: Observation[] = [];
  const add = (signal: Signal, available: number, capacity: number) => {
    if (capacity > 0) observations.push({ signal, available, capacity });
  };
  if (memory.available !== undefined)
    add('memory.available', memory.available, memory.available + memory.workingSet);
  if (disk) {
    add('nodefs.available', disk.availableBytes, disk.capacityBytes);
    add('nodefs.inodesFree', disk.inodesFree, disk.inodes);
  }
  if (images) add('imagefs.available', images.availableBytes, images.capacityBytes);
  if (processes) add('pid.available', processes.most - processes.now, processes.most);
  return observations;
}

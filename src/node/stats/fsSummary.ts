import type { DiskUse, WholeDiskStats } from '../../runtime/stats.ts';
import type { PodDisk } from './storage.ts';
import type { FsSummary } from './summaryTypes.ts';

/** A disk as a whole. */
export const diskSummary = (disk: Partial<WholeDiskStats>, time: string): FsSummary => ({
  time,
  ...roomOn(disk),
  ...(disk.usedBytes !== undefined && { usedBytes: disk.usedBytes }),
  ...(disk.inodes !== undefined &&
    disk.inodesFree !== undefined && { inodesUsed: disk.inodes - disk.inodesFree }),
});

/** What something takes of a disk, and how much that has. */
export const useSummary = (
  use: DiskUse,
  disk: Partial<WholeDiskStats> | undefined,
  time: string,
): FsSummary => ({
  time,
  ...(disk && roomOn(disk)),
  usedBytes: use.usedBytes,
  ...(use.inodes !== undefined && { inodesUsed: use.inodes }),
});

/** What a pod's containers have written, their logs, and its volumes that lie on a disk. */
export function ephemeralStorage(
  { containers, volumes }: PodDisk,
  disk: WholeDiskStats | undefined,
  time: string,
): FsSummary {
  const uses = [
    ...[...containers.values()].flatMap(({ root, logs }) => [root, logs]),
    ...volumes.filter(({ isMemory }) => !isMemory).map(({ use }) => use),
  ].filter((use) => use !== undefined);
  const usedBytes = uses.reduce((sum, use) => sum + use.usedBytes, 0);
  const inodes = uses.reduce((sum, use) => sum + (use.inodes ?? 0), 0);
  return useSummary({ usedBytes, inodes }, disk, time);
}

const roomOn = ({ availableBytes, capacityBytes, inodes, inodesFree }: Partial<WholeDiskStats>) => ({
  ...(availableBytes !== undefined && { availableBytes }),
  ...(capacityBytes !== undefined && { capacityBytes }),
  ...(inodes !== undefined && { inodes }),
  ...(inodesFree !== undefined && { inodesFree }),
});

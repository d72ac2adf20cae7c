import { lstat, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskUse, WholeDiskStats } from './stats.ts';

/** As `stat` counts blocks, whatever the disk's own. */
const BLOCK_BYTES = 512;

/** What a folder and all that lies in it take, links themselves but not what they lead to. Undefined when it is not there. */
export async function folderUse(path: string): Promise<DiskUse | undefined> {
  const own = await lstat(path).catch(() => undefined);
  if (!own) return undefined;
  let usedBytes = own.blocks * BLOCK_BYTES;
  let inodes = 1;
  if (own.isDirectory()) {
    for (const name of await readdir(path).catch(() => [])) {
      const below = await folderUse(join(path, name));
      usedBytes += below?.usedBytes ?? 0;
      inodes += below?.inodes ?? 0;
    }
  }
  return { usedBytes, inodes };
}

/** The disk that a path lies on. */
export async function wholeDisk(path: string): Promise<WholeDiskStats> {
  const { blocks, bavail, bfree, bsize, files, ffree } = await statfs(path);
  return {
    capacityBytes: blocks * bsize,
    availableBytes: bavail * bsize,
    usedBytes: (blocks - bfree) * bsize,
    inodes: files,
    inodesFree: ffree,
  };
}

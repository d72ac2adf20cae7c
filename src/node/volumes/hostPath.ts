import type { Stats } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What each type asks of what is there, and how upstream names it. */
const CHECKS: Readonly<Record<string, { readonly noun: string; holds(found: Stats): boolean }>> = {
  Directory: { noun: 'directory', holds: (found) => found.isDirectory() },
  File: { noun: 'file', holds: (found) => found.isFile() },
  Socket: { noun: 'socket file', holds: (found) => found.isSocket() },
  CharDevice: { noun: 'character device', holds: (found) => found.isCharacterDevice() },
  BlockDevice: { noun: 'block device', holds: (found) => found.isBlockDevice() },
};

/** Checks that a path of the host is what its type says, and makes what may be made. Throws in upstream's words. */
export async function checkHostPath(path: string, type: string | undefined): Promise<void> {
  if (!type) return;
  if (type.endsWith('OrCreate') && !(await find(path))) await make(path, type);
  const check = CHECKS[type.replace(/OrCreate$/, '')];
  if (!check) throw new Error(`${type} is an invalid volume type`);
  const found = await find(path);
  if (!found || !check.holds(found))
    throw new Error(`hostPath type check failed: ${path} is not a ${check.noun}`);
}

/** The folder of a file must be there; those of a directory are made. */
async function make(path: string, type: string): Promise<void> {
  if (type === 'DirectoryOrCreate') await mkdir(path, { recursive: true, mode: 0o755 });
  else if (await find(dirname(path))) await (await open(path, 'a', 0o644)).close();
}

async function find(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

import { chmod, lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What the group gets, as upstream has it: files of the API are only to be read. */
const READ = 0o440;
const READ_AND_WRITE = 0o660;
const ENTER = 0o110;
/** What is made in the folder later belongs to the group, too. */
const SET_GROUP = 0o2000;

/** Gives a volume and all that is in it to the pod's `fsGroup`. */
export async function giveToGroup(path: string, group: number, isReadOnly: boolean): Promise<void> {
  const found = await lstat(path);
  await lchown(path, found.uid, group);
  if (found.isSymbolicLink()) return;
  const access = isReadOnly ? READ : READ_AND_WRITE;
  const isFolder = found.isDirectory();
  await chmod(path, (found.mode & 0o7777) | access | (isFolder ? ENTER | SET_GROUP : 0));
  if (!isFolder) return;
  for (const name of await readdir(path)) await giveToGroup(join(path, name), group, isReadOnly);
}

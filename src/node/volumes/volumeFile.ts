import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pod } from '../../generated/types.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { IMAGINED, type VolumesDirectory, volumePath } from './volumes.ts';

const LARGEST_FILE = 1024 * 1024;

/** A file of a volume of the pod, which its containers may have written. Throws when it cannot be read. */
export async function volumeFile(
  pod: Pod,
  name: string,
  below: string,
  { volumesDirectory, runtime }: { volumesDirectory: VolumesDirectory; runtime: Runtime },
): Promise<{ path: string; text: string }> {
  const volume = pod.spec.volumes?.find((each) => each.name === name);
  if (!volume) throw new Error(`cannot find the volume ${JSON.stringify(name)}`);
  const root = volumePath(volumesDirectory ?? IMAGINED, pod, volume);
  const path = join(root, below);
  const text = volumesDirectory === undefined ? runtime.imaginedFile?.(path) : await readWithin(root, path);
  if (text === undefined) throw new Error(`cannot open ${path}`);
  return { path, text };
}

/** Containers may have left links that lead out of the volume, or pipes that nobody writes to. */
async function readWithin(root: string, path: string): Promise<string> {
  const file = await realpath(path);
  if (!file.startsWith(`${await realpath(root)}/`)) throw new Error(`${path} leads out of its volume`);
  const found = await stat(file);
  if (!found.isFile() || found.size > LARGEST_FILE) throw new Error(`${path} is no small file`);
  return readFile(file, 'utf8');
}

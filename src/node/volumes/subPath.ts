import { chmod, lstat, mkdir, realpath, stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';

/**
 * Where `below` lies in a volume, with folders made that are missing: whoever may write to the volume may write there. Containers may
 * have left links in the volume; one that leads out of it is refused, since the host lies there. Throws what is wrong with the path.
 */
export async function subPathIn(volume: string, below: string): Promise<string> {
  const root = await realpath(volume);
  let path = root;
  for (const step of stepsOf(below)) {
    path = join(path, step);
    await makeUnlessThere(path, root);
    path = await realpath(path);
    if (path !== root && !path.startsWith(`${root === '/' ? '' : root}/`))
      throw new Error(`subpath "${below}" not within volume path "${volume}"`);
  }
  return path;
}

function stepsOf(below: string): string[] {
  const steps = normalize(below)
    .split('/')
    .filter((step) => step !== '' && step !== '.');
  if (steps[0] === '..' || below.startsWith('/')) throw new Error(`path "${below}" leaves the volume`);
  return steps;
}

async function makeUnlessThere(path: string, root: string): Promise<void> {
  if (await lstat(path).catch(() => undefined)) return;
  await mkdir(path);
  // Regardless of our own mask.
  await chmod(path, (await stat(root)).mode & 0o7777);
}

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { parseQuantity, wholeValue } from '../../apimachinery/quantity.ts';
import type { Pod, Volume } from '../../generated/types.ts';

const run = promisify(execFile);

/** Mounts memory at a folder that is there, unless it is mounted already. Says whether it was made now. */
export async function mountMemory(path: string, sizeBytes: number | undefined): Promise<boolean> {
  if ((await mountsBelow(path)).includes(path)) return false;
  const size = sizeBytes === undefined ? [] : ['-o', `size=${sizeBytes}`];
  await run('mount', ['-t', 'tmpfs', ...size, 'tmpfs', path]);
  return true;
}

/** Takes away all that is mounted at a folder and below it. What somebody still uses is gone from there, and freed by its last user. */
export async function unmountAll(path: string): Promise<void> {
  for (const mount of (await mountsBelow(path)).toReversed())
    await run('umount', [mount]).catch(() => run('umount', ['--lazy', mount]));
}

/** The least of what the volume asks for, what the pod's containers may use together, and what the node has for pods. */
export function memorySize(
  { spec }: Pod,
  { emptyDir }: Volume,
  nodeMemory: string | undefined,
): number | undefined {
  const ofContainers = spec.containers
    .map(({ resources }) => bytes(resources?.limits?.memory) ?? 0)
    .reduce((sum, each) => sum + each, 0);
  const limits = [bytes(emptyDir?.sizeLimit), ofContainers, bytes(nodeMemory)].filter((limit) => limit);
  return limits.length > 0 ? Math.min(...limits.map(Number)) : undefined;
}

const bytes = (text: string | undefined) =>
  text === undefined ? undefined : wholeValue(parseQuantity(text));

/** In the order in which they were mounted. */
async function mountsBelow(path: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return table
    .split('\n')
    .map((line) => unescaped(line.split(' ')[4] ?? ''))
    .filter((mount) => mount === path || mount.startsWith(`${path}/`));
}

/** The kernel writes blanks as `\040`. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));

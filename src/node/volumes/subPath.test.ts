import { chmod, mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { subPathIn } from './subPath.ts';

let folder: string;
let volume: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sampan-subpath-')));
  volume = join(folder, 'volume');
  await mkdir(join(volume, 'there'), { recursive: true });
  await writeFile(join(volume, 'there/file'), '');
  await mkdir(join(folder, 'outside'));
  await symlink('there', join(volume, 'inward'));
  await symlink('../outside', join(volume, 'outward'));
  await symlink('/', join(volume, 'there/root'));
});
afterEach(() => rm(folder, { recursive: true }));

test.each([
  ['there', 'there'],
  ['there/file', 'there/file'],
  ['./there//file', 'there/file'],
  ['new/folder', 'new/folder'],
  ['inward/new', 'there/new'],
])('%s is %s of the volume', async (below, want) => {
  expect(await subPathIn(volume, below)).toBe(join(volume, want));
  await stat(join(volume, want));
});

test.each(['outward', 'outward/new', 'there/root/etc', '../outside', 'there/../../outside', '/etc'])(
  '%s is refused: it leads out of the volume',
  async (below) => {
    await expect(subPathIn(volume, below)).rejects.toThrow(/not within volume path|leaves the volume/);
    await expect(stat(join(folder, 'outside/new'))).rejects.toThrow('ENOENT');
  },
);

test('whoever may write to the volume may write to a folder that is made in it', async () => {
  await chmod(volume, 0o2777);
  const made = await subPathIn(volume, 'new');
  expect((await stat(made)).mode & 0o7777).toBe(0o2777);
});

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folderUse } from './diskUse.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sampan-use-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a folder takes what lies in it, but not what its links lead to', async () => {
  const large = join(folder, 'large');
  await writeFile(large, Buffer.alloc(1_000_000, 1));
  const own = join(folder, 'own');
  await mkdir(join(own, 'below'), { recursive: true });
  await writeFile(join(own, 'below', 'file'), Buffer.alloc(100_000, 1));
  await symlink(large, join(own, 'link'));
  const use = await folderUse(own);
  expect(use?.inodes).toBe(4);
  expect(use?.usedBytes).toBeGreaterThanOrEqual(100_000);
  expect(use?.usedBytes).toBeLessThan(1_000_000);
});

test('a folder that is not there takes nothing that is known', async () => {
  expect(await folderUse(join(folder, 'nowhere'))).toBeUndefined();
});

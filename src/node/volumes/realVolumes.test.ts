import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Client } from '../../client/client.ts';
import type { Pod, Volume } from '../../generated/types.ts';
import { memorySize } from './memoryVolume.ts';
import { makeVolumes, removeOrphanedVolumes, removeVolumes, unmountVolumes } from './volumes.ts';

const UID = '0f9c1d8e-1111-4222-8333-444455556666';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sampan-volumes-'));
});
afterEach(async () => {
  await removeOrphanedVolumes(directory, new Set());
  await rm(directory, { recursive: true });
});

const podWith = (volume: Omit<Volume, 'name'>, fsGroup?: number): Pod => ({
  metadata: { name: 'p', namespace: 'default', uid: UID },
  spec: {
    containers: [{ name: 'main' }],
    volumes: [{ name: 'v', ...volume }],
    ...(fsGroup !== undefined && { securityContext: { fsGroup } }),
  },
});

const client = {
  get: async () => ({ data: { key: 'value' } }),
} as unknown as Client;
const node = { hostIPs: [], allocatable: { memory: '64Mi' }, podIP: '' };

const make = (pod: Pod) =>
  makeVolumes(pod, directory, { client, node, withTokens: false, forContainers: true });

const folder = (sort: string) => join(directory, 'pods', UID, 'volumes', `kubernetes.io~${sort}`, 'v');

describe('a path of the host', () => {
  beforeEach(async () => {
    await mkdir(join(directory, 'folder'));
    await writeFile(join(directory, 'file'), '');
  });

  const use = (name: string, type: string) =>
    make(podWith({ hostPath: { path: join(directory, name), type } }));

  test.each([
    ['folder', ''],
    ['nothing', ''],
    ['folder', 'Directory'],
    ['folder', 'DirectoryOrCreate'],
    ['new/folder', 'DirectoryOrCreate'],
    ['file', 'File'],
    ['file', 'FileOrCreate'],
    ['new-file', 'FileOrCreate'],
    ['../../dev/null', 'CharDevice'],
  ])('%s may be used as "%s"', async (name, type) => {
    await use(name, type);
    if (type.endsWith('OrCreate')) expect(existsSync(join(directory, name))).toBe(true);
  });

  test.each([
    ['nothing', 'Directory', 'directory'],
    ['file', 'Directory', 'directory'],
    ['file', 'DirectoryOrCreate', 'directory'],
    ['file/below', 'Directory', 'directory'],
    ['nothing', 'File', 'file'],
    ['folder', 'File', 'file'],
    ['folder', 'FileOrCreate', 'file'],
    ['not-there/file', 'FileOrCreate', 'file'],
    ['file', 'Socket', 'socket file'],
    ['file', 'CharDevice', 'character device'],
    ['file', 'BlockDevice', 'block device'],
  ])('%s is refused as %s: it is not a %s', async (name, type, noun) => {
    await expect(use(name, type)).rejects.toThrow(
      `MountVolume.SetUp failed for volume "v" : hostPath type check failed: ${join(directory, name)} is not a ${noun}`,
    );
  });

  test('may be a socket', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(directory, 'socket'), resolve));
    await use('socket', 'Socket');
    server.close();
  });
});

const isRoot = process.getuid?.() === 0;

/** Not every root may mount: in a container it mostly must not. */
function mayMount(): boolean {
  if (!isRoot) return false;
  const folder = mkdtempSync(join(tmpdir(), 'sampan-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}
const canMount = mayMount();

describe.skipIf(!isRoot)('as root', () => {
  test('an empty volume belongs to the group of the pod, and so does what is made in it', async () => {
    await make(podWith({ emptyDir: {} }, 2000));
    const { mode, gid } = await stat(folder('empty-dir'));
    expect({ mode: mode & 0o7777, gid }).toEqual({ mode: 0o2777, gid: 2000 });
    await writeFile(join(folder('empty-dir'), 'made'), '');
    expect((await stat(join(folder('empty-dir'), 'made'))).gid).toBe(2000);
  });

  test('the group may read what shows the API, whatever the mode says', async () => {
    await make(podWith({ configMap: { name: 'c', defaultMode: 0o400 } }, 2000));
    const { mode, gid } = await stat(join(folder('configmap'), 'key'));
    expect({ mode: mode & 0o7777, gid }).toEqual({ mode: 0o440, gid: 2000 });
    expect((await stat(folder('configmap'))).mode & 0o7777).toBe(0o2755);
  });

  test('what the container has done to its volume is left as it is', async () => {
    const pod = podWith({ emptyDir: {} }, 2000);
    await make(pod);
    await writeFile(join(folder('empty-dir'), 'secret'), '', { mode: 0o600 });
    await make(pod);
    expect((await stat(join(folder('empty-dir'), 'secret'))).mode & 0o7777).toBe(0o600);
  });

  const mountOf = async (path: string) =>
    (await readFile('/proc/self/mounts', 'utf8')).split('\n').find((line) => line.split(' ')[1] === path);

  test.skipIf(!canMount)(
    'a volume in memory is mounted once, with its size, and unmounted with the pod',
    async () => {
      const pod = podWith({ emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }, 2000);
      await make(pod);
      await writeFile(join(folder('empty-dir'), 'kept'), 'x');
      await make(pod);
      expect(await mountOf(folder('empty-dir'))).toMatch(/^tmpfs .*size=1024k/);
      expect((await stat(folder('empty-dir'))).mode & 0o7777).toBe(0o2777);
      expect(await readFile(join(folder('empty-dir'), 'kept'), 'utf8')).toBe('x');
      await removeVolumes(pod, directory);
      expect(await mountOf(folder('empty-dir'))).toBeUndefined();
      expect(existsSync(folder('empty-dir'))).toBe(false);
    },
  );

  test.skipIf(!canMount)('memory is unmounted at the end also when a process still uses it', async () => {
    await make(podWith({ emptyDir: { medium: 'Memory' } }));
    const handle = await open(join(folder('empty-dir'), 'used'), 'w');
    await unmountVolumes(directory);
    expect(await mountOf(folder('empty-dir'))).toBeUndefined();
    await handle.close();
  });

  test.skipIf(!canMount)('volumes of pods that are no more go, those of others stay', async () => {
    await make(podWith({ emptyDir: { medium: 'Memory' } }));
    await removeOrphanedVolumes(directory, new Set([UID]));
    expect(await mountOf(folder('empty-dir'))).toMatch(/size=65536k/);
    await removeOrphanedVolumes(directory, new Set());
    expect(existsSync(folder('empty-dir'))).toBe(false);
  });
});

const limited = (...limits: string[]): Pod => ({
  metadata: {},
  spec: {
    containers: limits.map((memory, index) => ({ name: `c${index}`, resources: { limits: { memory } } })),
  },
});

test.each([
  ['what it asks for', limited('100'), '50', '200', 50],
  ['what the containers may use together', limited('10', '20'), '50', '200', 30],
  ['what the node has', limited(), undefined, '200', 200],
  ['nothing that is known', limited(), undefined, undefined, undefined],
])('a volume in memory is limited by %s', (_, pod, sizeLimit, nodeMemory, size) => {
  const emptyDir = { medium: 'Memory', ...(sizeLimit && { sizeLimit }) };
  expect(memorySize(pod, { name: 'v', emptyDir }, nodeMemory)).toBe(size);
});

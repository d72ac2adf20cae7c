import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SeededRandom } from '../../clock/random.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import type { Pod } from '../../generated/types.ts';
import { SimulatedRuntime } from '../../runtime/simulated/simulatedRuntime.ts';
import { volumeFile } from './volumeFile.ts';
import { volumePath } from './volumes.ts';

const pod: Pod = {
  metadata: { name: 'web', namespace: 'default', uid: '6e3f0d0e-0000-4000-8000-000000000001' },
  spec: { containers: [], volumes: [{ name: 'data', emptyDir: {} }] },
};
const runtime = new SimulatedRuntime({ clock: new VirtualClock(), random: new SeededRandom(1) });
let volumesDirectory: string;
const read = (name: string, below: string) => volumeFile(pod, name, below, { volumesDirectory, runtime });

beforeAll(async () => {
  volumesDirectory = await mkdtemp(join(tmpdir(), 'sampan-volume-file-'));
  const root = volumePath(volumesDirectory, pod, pod.spec.volumes![0]!);
  await mkdir(join(root, 'inner'), { recursive: true });
  await writeFile(join(root, 'inner', 'a.env'), "A='x'");
  await writeFile(join(volumesDirectory, 'secret'), 'of the host');
  await symlink(join(volumesDirectory, 'secret'), join(root, 'link'));
  await symlink('inner/a.env', join(root, 'within'));
});
afterAll(() => rm(volumesDirectory, { recursive: true }));

test('a file of a volume is read, also by a link within it', async () => {
  expect(await read('data', 'inner/a.env')).toMatchObject({ text: "A='x'" });
  expect(await read('data', 'within')).toMatchObject({ text: "A='x'" });
});

const refused: Record<string, { volume?: string; below: string; want: string }> = {
  'a link out of the volume': { below: 'link', want: 'leads out of its volume' },
  'a folder': { below: 'inner', want: 'is no small file' },
  'a file that is not there': { below: 'none', want: 'no such file' },
  'another volume': { volume: 'none', below: 'a', want: 'cannot find the volume "none"' },
};
for (const [name, { volume = 'data', below, want }] of Object.entries(refused)) {
  test(`${name} is not read`, () => expect(read(volume, below)).rejects.toThrow(want));
}

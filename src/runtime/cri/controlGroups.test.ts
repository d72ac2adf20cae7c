import { globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SystemClock } from '../../clock/systemClock.ts';
import { cgroupParent, removeParentGroups } from './controlGroups.ts';
import { CriClient } from './criClient.ts';
import { CriService } from './criService.ts';
import { TestContainerd } from './testing/containerd.ts';
import { isAtLeast } from './testing/containerdBinaries.ts';
import { whyNoContainers } from './testing/whyNoContainers.ts';

/** As containerd tells its own configuration: `crun` is there, too, and told the contrary. */
const configured = (isSystemd: boolean) => ({
  config: JSON.stringify({
    containerd: {
      defaultRuntimeName: 'runc',
      defaultRuntime: { options: null },
      runtimes: {
        crun: { options: { SystemdCgroup: !isSystemd } },
        runc: { options: { BinaryName: '', SystemdCgroup: isSystemd } },
      },
    },
  }),
});
const silent = {
  config: '{"containerd":{"defaultRuntimeName":"runc","runtimes":{"runc":{"options":null}}}}',
};
const cases: Record<string, { told: boolean | undefined; info: Record<string, string>; parent: string }> = {
  'a slice where the runtime says that systemd makes them': { told: true, info: {}, parent: 'sampan.slice' },
  'a path where it says that systemd does not, whatever another of its configurations says': {
    told: false,
    info: configured(true),
    parent: '/sampan',
  },
  'a slice where a runtime that cannot be asked is configured so': {
    told: undefined,
    info: configured(true),
    parent: 'sampan.slice',
  },
  'a path where it is not, whatever it says of runtimes beside its default': {
    told: undefined,
    info: configured(false),
    parent: '/sampan',
  },
  'a path where its default runtime has no options': { told: undefined, info: silent, parent: '/sampan' },
  'a path where another runtime tells its configuration in a form of its own': {
    told: undefined,
    info: { config: '[crio.runtime]\n' },
    parent: '/sampan',
  },
  'a path where it says nothing': { told: undefined, info: {}, parent: '/sampan' },
};
for (const [name, { told, info, parent }] of Object.entries(cases))
  test(`the parent of control groups is ${name}`, async () => {
    const cri = {
      usesSystemd: async () => told,
      status: async () => ({ status: undefined, info, features: undefined }),
    };
    expect(await cgroupParent(cri)).toBe(parent);
  });

interface Parents {
  /** Control groups below their root. */
  readonly groups: readonly string[];
  readonly left: readonly string[];
  /** What systemd is told to let go of. */
  readonly letGo: readonly string[];
}
const SLICES = ['sampan.slice'];
const parents: Record<string, Parents> = {
  'that is empty goes, in version 2': {
    groups: ['sampan', 'user.slice'],
    left: ['user.slice'],
    letGo: SLICES,
  },
  'that is empty goes, in each hierarchy of version 1': {
    groups: ['cpu/sampan', 'memory/sampan', 'memory/other'],
    left: ['cpu', 'memory', 'memory/other'],
    letGo: SLICES,
  },
  'that is a slice goes, and systemd lets go of it': { groups: ['sampan.slice'], left: [], letGo: SLICES },
  'that has pods of somebody else stays, and systemd keeps it': {
    groups: ['sampan.slice/cri-containerd-1.scope', 'sampan/1'],
    left: ['sampan', 'sampan.slice', 'sampan.slice/cri-containerd-1.scope', 'sampan/1'],
    letGo: [],
  },
  'goes with the groups that pods have left there': {
    groups: ['pids/sampan/pod1', 'memory/sampan/pod1', 'pids/sampan/pod2'],
    left: ['memory', 'pids'],
    letGo: SLICES,
  },
  'goes with the slices that pods have left there, and systemd lets go of each': {
    groups: ['pids/sampan.slice/sampan-pod1.slice', 'memory/sampan.slice/sampan-pod1.slice'],
    left: ['memory', 'pids'],
    letGo: ['sampan-pod1.slice', 'sampan.slice'],
  },
  'stays with the groups of pods that somebody is in': {
    groups: ['sampan/pod1', 'sampan/pod2/1', 'sampan.slice/sampan-pod3.slice/cri-containerd-1.scope'],
    left: [
      'sampan',
      'sampan.slice',
      'sampan.slice/sampan-pod3.slice',
      'sampan.slice/sampan-pod3.slice/cri-containerd-1.scope',
      'sampan/pod2',
      'sampan/pod2/1',
    ],
    letGo: [],
  },
  'that is gone already is still let go of by systemd': { groups: [], left: [], letGo: SLICES },
};
for (const [name, { groups, left, letGo }] of Object.entries(parents))
  test(`the parent of control groups ${name}`, async () => {
    const root = mkdtempSync(join(tmpdir(), 'sampan-groups-'));
    for (const group of groups) mkdirSync(join(root, group), { recursive: true });
    const told: string[] = [];
    await removeParentGroups(root, { letGo: async (slice) => void told.push(slice) });
    expect(globSync('**/*', { cwd: root }).toSorted()).toEqual(left);
    expect(told).toEqual(letGo);
    rmSync(root, { recursive: true });
  });

test('the parent of control groups goes, although systemd makes it again when it lets go of a slice in it', async () => {
  const root = mkdtempSync(join(tmpdir(), 'sampan-groups-'));
  mkdirSync(join(root, 'sampan.slice/sampan-pod1.slice'), { recursive: true });
  const told: string[] = [];
  const letGo = async (slice: string) => {
    told.push(slice);
    if (slice !== 'sampan.slice') mkdirSync(join(root, 'sampan.slice'), { recursive: true });
  };
  await removeParentGroups(root, { letGo });
  expect(globSync('*', { cwd: root })).toEqual([]);
  expect(told).toEqual(['sampan-pod1.slice', 'sampan.slice']);
  rmSync(root, { recursive: true });
});

const impediment = whyNoContainers();
describe.skipIf(impediment)('a real containerd', () => {
  let containerd: TestContainerd;
  let client: CriClient;
  beforeAll(async () => {
    containerd = await TestContainerd.start();
    client = await CriClient.connect(containerd.socket, new SystemClock());
  });
  afterAll(async () => {
    client?.close();
    await containerd?.stop();
  });

  test('tells from 2.0 on who makes control groups', async () => {
    expect(await new CriService(client).usesSystemd()).toBe(isAtLeast('2.0') ? false : undefined);
  });
});

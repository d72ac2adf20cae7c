import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { PodGroups } from './podGroups.ts';

const UID = '1-2-3';
const NO_CONTROLLER = /any number of processes: --pod-max-pids takes the controller "pids"/;

let root: string;
let clock: VirtualClock;
/** What systemd is told. */
let told: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sampan-groups-'));
  clock = new VirtualClock();
  told = [];
});
afterEach(() => rmSync(root, { recursive: true }));

function groupsWith(parent: string, podPidsLimit?: number, failing = false): PodGroups {
  const slices = {
    limitTasks: async (slice: string, most: number) => {
      if (failing) throw new Error('Failed to connect to bus');
      told.push(`${slice} TasksMax=${most}`);
    },
    letGo: async (slice: string) => void told.push(`stop ${slice}`),
  };
  return new PodGroups({ clock, parent, podPidsLimit, root, slices });
}

/** As the runtime makes groups with the first process of a pod. */
function make(files: readonly string[], text = 'max\n'): void {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

const contentsOf = (files: readonly string[]) => files.map((file) => readFileSync(join(root, file), 'utf8'));

/** Disks know nothing of the clock: it goes on until they are done. */
async function untilOver(promise: Promise<void>): Promise<void> {
  let isOver = false;
  const over = promise.finally(() => {
    isOver = true;
  });
  await vi.waitFor(
    async () => {
      await clock.advance(1000);
      expect(isOver).toBe(true);
    },
    { timeout: 10_000, interval: 5 },
  );
  await over;
}

const parents: Record<string, { parent: string; limit?: number; want: string }> = {
  'the parent of all without a limit': { parent: '/sampan', want: '/sampan' },
  'the slice of all without a limit': { parent: 'sampan.slice', want: 'sampan.slice' },
  'a path of its own with a limit': { parent: '/sampan', limit: 20, want: '/sampan/pod1-2-3' },
  'a slice of its own with a limit, nested by its name': {
    parent: 'sampan.slice',
    limit: 20,
    want: 'sampan-pod1_2_3.slice',
  },
};
for (const [name, { parent, limit, want }] of Object.entries(parents))
  test(`the containers of a pod are put into ${name}`, () => {
    expect(groupsWith(parent, limit).parentOf(UID)).toBe(want);
  });

interface Limited {
  readonly parent: string;
  /** What is mounted there. */
  readonly tree: readonly string[];
  readonly limit?: number;
  readonly isSystemdAway?: boolean;
  readonly file?: string;
  readonly want?: string;
  readonly told?: readonly string[];
  readonly problems?: readonly RegExp[];
}
const V1 = 'pids/sampan/pod1-2-3/pids.max';
const V2 = 'sampan/pod1-2-3/pids.max';
const SLICE_V1 = 'pids/sampan.slice/sampan-pod1_2_3.slice/pids.max';
const SLICE_V2 = 'sampan.slice/sampan-pod1_2_3.slice/pids.max';
const SYSTEMD = ['sampan-pod1_2_3.slice TasksMax=20'];
const limited: Record<string, Limited> = {
  'written to its group of version 1': { parent: '/sampan', tree: [V1], file: V1 },
  'written to its group of version 2': { parent: '/sampan', tree: ['cgroup.controllers', V2], file: V2 },
  'written to its slice of version 1, and told systemd': {
    parent: 'sampan.slice',
    tree: [SLICE_V1],
    file: SLICE_V1,
    told: SYSTEMD,
  },
  'written to its slice of version 2, and told systemd': {
    parent: 'sampan.slice',
    tree: ['cgroup.controllers', SLICE_V2],
    file: SLICE_V2,
    told: SYSTEMD,
  },
  'written, too, when systemd takes no order, and that it may not stay is told': {
    parent: 'sampan.slice',
    tree: [SLICE_V1],
    isSystemdAway: true,
    file: SLICE_V1,
    problems: [/until systemd is reloaded: Failed to connect to bus/],
  },
  'told not to hold where version 1 has no controller for it': {
    parent: '/sampan',
    tree: ['memory/sampan/pod1-2-3/tasks'],
    problems: [NO_CONTROLLER],
  },
  'told not to hold where version 2 has no controller for it': {
    parent: '/sampan',
    tree: ['cgroup.controllers', 'sampan/pod1-2-3/cgroup.procs'],
    problems: [NO_CONTROLLER],
  },
};
for (const [name, { parent, tree, limit = 20, isSystemdAway, file, ...want }] of Object.entries(limited))
  test(`the limit of a pod is ${name}`, async () => {
    make(tree);
    const groups = groupsWith(parent, limit, isSystemdAway);
    await groups.limit(UID);
    if (file) expect(contentsOf([file])).toEqual(['20']);
    expect(told).toEqual(want.told ?? []);
    expect(groups.problemsOf(UID)).toEqual((want.problems ?? []).map((text) => expect.stringMatching(text)));
  });

test('a limit that is refused is the error of a new pod', async () => {
  mkdirSync(join(root, V1), { recursive: true });
  await expect(groupsWith('/sampan', 20).limit(UID)).rejects.toThrow('EISDIR');
});

test('a limit that is refused is told of a pod that is taken up', async () => {
  mkdirSync(join(root, V1), { recursive: true });
  const groups = groupsWith('/sampan', 20);
  await groups.adopt([UID]);
  expect(groups.problemsOf(UID)).toEqual([expect.stringMatching(/--pod-max-pids is refused: EISDIR/)]);
});

const adopted: Record<string, { tree?: string; limit?: number; parent: string; max?: string }> = {
  'that has a group stays in it, with the present limit': {
    tree: V1,
    limit: 20,
    parent: '/sampan/pod1-2-3',
    max: '20',
  },
  'that has a group stays in it, with the limit that it had where there is none any more': {
    tree: V1,
    parent: '/sampan/pod1-2-3',
    max: '7\n',
  },
  'that has no group gets none, although there is a limit now': { limit: 20, parent: '/sampan' },
  'that has no group gets none where there is no limit': { parent: '/sampan' },
};
for (const [name, { tree, limit, parent, max }] of Object.entries(adopted))
  test(`a pod ${name}, when it is taken up`, async () => {
    if (tree) make([tree], '7\n');
    const groups = groupsWith('/sampan', limit);
    await groups.adopt([UID]);
    expect(groups.parentOf(UID)).toBe(parent);
    expect(existsSync(join(root, V1)) ? contentsOf([V1]) : []).toEqual(max === undefined ? [] : [max]);
    expect(groups.problemsOf(UID)).toEqual([]);
  });

test('a pod that was taken up without a group gets one when it is made anew', async () => {
  const groups = groupsWith('/sampan', 20);
  await groups.adopt([UID]);
  groups.renew(UID);
  expect(groups.parentOf(UID)).toBe('/sampan/pod1-2-3');
});

test('systemd is not told again what a pod has already, when it is taken up', async () => {
  make([SLICE_V1], '20\n');
  await groupsWith('sampan.slice', 20).adopt([UID]);
  expect(told).toEqual([]);
});

interface Removed {
  readonly parent: string;
  readonly groups: readonly string[];
  readonly left: readonly string[];
  readonly told?: readonly string[];
}
const removed: Record<string, Removed> = {
  'goes from every hierarchy of version 1': {
    parent: '/sampan',
    groups: ['pids/sampan/pod1-2-3', 'memory/sampan/pod1-2-3', 'pids/sampan/pod4'],
    left: ['memory', 'memory/sampan', 'pids', 'pids/sampan', 'pids/sampan/pod4'],
  },
  'goes in version 2': { parent: '/sampan', groups: ['sampan/pod1-2-3'], left: ['sampan'] },
  'goes as a slice, and systemd lets go of it': {
    parent: 'sampan.slice',
    groups: ['sampan.slice/sampan-pod1_2_3.slice'],
    left: ['sampan.slice'],
    told: ['stop sampan-pod1_2_3.slice'],
  },
  'stays while somebody is in it, and systemd keeps it': {
    parent: 'sampan.slice',
    groups: ['sampan.slice/sampan-pod1_2_3.slice/cri-containerd-1.scope'],
    left: [
      'sampan.slice',
      'sampan.slice/sampan-pod1_2_3.slice',
      'sampan.slice/sampan-pod1_2_3.slice/cri-containerd-1.scope',
    ],
  },
  'that was never there is no matter of systemd': { parent: 'sampan.slice', groups: [], left: [] },
};
for (const [name, { parent, groups, left, ...want }] of Object.entries(removed))
  test(`the group of a pod that has ended ${name}`, async () => {
    for (const group of groups) mkdirSync(join(root, group), { recursive: true });
    // Also by an agent that has no limit any more, as reset has none.
    await untilOver(groupsWith(parent).remove(UID));
    expect(globSync('**/*', { cwd: root }).toSorted()).toEqual(left);
    expect(told).toEqual(want.told ?? []);
  });

test('the group of a pod that has ended goes a moment later where systemd takes its time to empty it', async () => {
  const scope = join(root, 'sampan.slice/sampan-pod1_2_3.slice/cri-containerd-1.scope');
  mkdirSync(scope, { recursive: true });
  clock.callIn(100, () => rmSync(scope, { recursive: true }));
  await untilOver(groupsWith('sampan.slice').remove(UID));
  expect(globSync('**/*', { cwd: root })).toEqual(['sampan.slice']);
  expect(told).toEqual(['stop sampan-pod1_2_3.slice']);
});

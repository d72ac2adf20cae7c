import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ContainerIsolation } from '../isolation.ts';
import type { ContainerConfig } from '../runtime.ts';
import { POD, sh } from '../testing/configs.ts';
import type { CriRuntime } from './criRuntime.ts';
import { TestContainerd } from './testing/containerd.ts';
import { containerdVersion, isAtLeast } from './testing/containerdBinaries.ts';
import { criContract, openRuntime, removeAll } from './testing/criContract.ts';
import { whyNoContainers } from './testing/whyNoContainers.ts';

const impediment = whyNoContainers();
const RANGE = '10.199.1.0/24';
let containerd: TestContainerd;
beforeAll(async () => {
  if (!impediment) containerd = await TestContainerd.start();
});
afterAll(() => containerd?.stop());

criContract(
  impediment ? 'cri' : `cri (containerd ${containerdVersion()}, told of ends by events of its own)`,
  RANGE,
  () => containerd,
  impediment,
);

const confined: ContainerIsolation = {
  user: undefined,
  group: undefined,
  supplementalGroups: [],
  mustNotBeRoot: false,
  privileged: false,
  readOnlyRoot: true,
  noNewPrivileges: true,
  addedCapabilities: [],
  droppedCapabilities: ['ALL'],
  seccomp: { type: 'RuntimeDefault' },
  appArmor: undefined,
  unmaskedProc: false,
  resources: { cpuShares: 2, cpuQuota: 0, cpuPeriod: 0, memoryLimitBytes: 0, oomScoreAdjust: 1000 },
  terminationMessagePath: '/dev/termination-log',
};

describe.skipIf(impediment)('a real container', () => {
  let runtime: CriRuntime;
  let directory: string;
  beforeEach(async () => {
    ({ runtime, directory } = await openRuntime(containerd, RANGE));
  });
  afterEach(() => removeAll(runtime));

  async function start(config: ContainerConfig): Promise<string> {
    const sandbox = await runtime.runPodSandbox(POD);
    const id = await runtime.createContainer(sandbox.id, config);
    await runtime.startContainer(id);
    return id;
  }

  const ended = async (id: string) =>
    vi.waitFor(
      async () => {
        const status = await runtime.containerStatus(id);
        expect(status?.state).toBe('exited');
        return status!;
      },
      { timeout: 10_000, interval: 20 },
    );

  test('has a network and a log, which are counted', async () => {
    await start(sh('echo hello; sleep 1000'));
    const [pod] = await runtime.stats.networks();
    expect(pod).toMatchObject({ podUid: POD.uid, network: { main: 'eth0' } });
    await vi.waitFor(async () => {
      const [disk] = await runtime.stats.disks();
      expect(disk!.logs!.usedBytes).toBeGreaterThan(0);
    });
  });

  test('leaves its last words, as the user that it is told to be', async () => {
    const script = 'test $(id -u) = 1000 && echo farewell > /dev/termination-log; exit 3';
    const status = await ended(await start(sh(script, { isolation: { ...confined, user: 1000 } })));
    expect(status).toMatchObject({ exitCode: 3, reason: 'Error', message: 'farewell\n' });
  });

  test('that uses more memory than it may is OOMKilled', async () => {
    const resources = { ...confined.resources, memoryLimitBytes: 20 * 1024 * 1024 };
    const status = await ended(await start(sh('tail /dev/zero', { isolation: { ...confined, resources } })));
    expect(status).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  });

  test.each([
    [false, '1001 2001'],
    [true, isAtLeast('2.0') ? '1001' : '1001 2001'],
  ])(
    'has the groups that its image gives its user, unless that is strict (%s)',
    async (strictGroups, groups) => {
      const config = sh('id -G > /dev/termination-log', {
        isolation: { ...confined, user: 1001, group: 1001, strictGroups },
      });
      expect(await ended(await start(config))).toMatchObject({ message: `${groups}\n` });
      const isTold = strictGroups && !isAtLeast('2.0');
      expect(runtime.limitations(POD, [config])).toHaveLength(isTold ? 1 : 0);
    },
  );

  test('whose image would run it as root is refused when it must not be root', async () => {
    await expect(start(sh('true', { isolation: { ...confined, mustNotBeRoot: true } }))).rejects.toThrow(
      'container has runAsNonRoot and image will run as root',
    );
  });

  test('goes on without sampan, and is taken up by the next one with its log and its end', async () => {
    const id = await start(sh('echo one; while [ ! -e /tmp/go ]; do sleep 0.05; done; echo two; exit 7'));
    await runtime.close();
    ({ runtime } = await openRuntime(containerd, RANGE, directory));
    expect(await runtime.containerStatus(id)).toMatchObject({ state: 'running' });
    await runtime.execSync(id, ['touch', '/tmp/go'], 5000);
    const lines: string[] = [];
    const options = { follow: true, tailLines: undefined, since: undefined };
    for await (const { text } of runtime.logs(id, options, new AbortController().signal))
      lines.push(String(Buffer.from(text)));
    expect(lines).toEqual(['one', 'two']);
    expect(await ended(id)).toMatchObject({ exitCode: 7 });
  });

  test('keeps its image from being removed, and the pause of its pod is never removed', async () => {
    await start(sh('exec sleep 1000'));
    const images = await runtime.images.list();
    expect(images).toEqual([expect.objectContaining({ isInUse: true, isPinned: true })]);
    const { capacityBytes, availableBytes } = await runtime.images.disk();
    expect(availableBytes).toBeGreaterThan(0);
    expect(capacityBytes).toBeGreaterThan(availableBytes);
  });

  test('keeps its log when sampan starts again, while those of pods without a sandbox go', async () => {
    await ended(await start(sh('echo one')));
    const left = join(directory, 'pods', 'default_gone_uid-2');
    await mkdir(join(left, '0', 'logs'), { recursive: true });
    await runtime.close();
    ({ runtime } = await openRuntime(containerd, RANGE, directory));
    expect(await readdir(join(directory, 'pods'))).toEqual([`${POD.namespace}_${POD.name}_${POD.uid}`]);
  });

  test('outlives a crash of containerd, and its end is noticed afterwards', async () => {
    const id = await start(sh('while [ ! -e /tmp/go ]; do sleep 0.05; done; exit 7'));
    const exit = new Promise<void>((resolve) => {
      runtime.subscribe(({ kind }) => kind === 'exited' && resolve());
    });
    await containerd.kill();
    await containerd.run();
    await vi.waitFor(() => runtime.execSync(id, ['touch', '/tmp/go'], 5000), { timeout: 10_000 });
    await exit;
    expect(await runtime.containerStatus(id)).toMatchObject({ state: 'exited', exitCode: 7 });
  });
});

test.skipIf(impediment)('nothing runs on when all pods are removed', async () => {
  const { runtime } = await openRuntime(containerd, RANGE);
  const sandbox = await runtime.runPodSandbox(POD);
  const id = await runtime.createContainer(sandbox.id, sh('sleep 1000'));
  await runtime.startContainer(id);
  await removeAll(runtime);
  expect(containerd.leftProcesses()).toEqual([]);
  expect(containerd.leftMounts().filter((path) => path.includes('/state/'))).toEqual([]);
});

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { POD, sh } from '../testing/configs.ts';
import type { CriRuntime } from './criRuntime.ts';
import { TestContainerd } from './testing/containerd.ts';
import { containerdVersion, HOST_ENVIRONMENT, whyNoUpgrade } from './testing/containerdBinaries.ts';
import { openRuntime, removeAll } from './testing/criContract.ts';
import { whyNoContainers } from './testing/whyNoContainers.ts';

const impediment = whyNoContainers() ?? whyNoUpgrade();
const [before, after] = impediment ? [] : [containerdVersion(HOST_ENVIRONMENT), containerdVersion()];
const title = impediment
  ? `an upgrade of containerd (skipped: ${impediment})`
  : `an upgrade of containerd from ${before} to ${after}`;
const WITHIN = { timeout: 10_000, interval: 20 };

describe.skipIf(impediment)(title, () => {
  let containerd: TestContainerd;
  let runtime: CriRuntime;
  beforeAll(async () => {
    containerd = await TestContainerd.start({ isHosts: true });
    ({ runtime } = await openRuntime(containerd, '10.199.5.0/24'));
  });
  afterAll(async () => {
    if (runtime) await removeAll(runtime);
    await containerd?.stop();
  });

  const exitOf = (id: string) =>
    vi.waitFor(async () => {
      const status = await runtime.containerStatus(id);
      expect(status?.state).toBe('exited');
      return status!.exitCode;
    }, WITHIN);

  test('leaves containers running, which take commands, end and are told of, beside new ones', async () => {
    const told: string[] = [];
    runtime.subscribe(({ kind, containerId }) => told.push(`${kind} ${containerId}`));
    const sandbox = await runtime.runPodSandbox(POD);
    const old = await runtime.createContainer(
      sandbox.id,
      sh('while [ ! -e /tmp/go ]; do sleep 0.05; done; exit 7'),
    );
    await runtime.startContainer(old);
    expect(await runtime.version()).toContain(before);
    await containerd.upgrade();
    await vi.waitFor(async () => expect(await runtime.version()).toContain(after), WITHIN);
    expect(await runtime.containerStatus(old)).toMatchObject({ state: 'running' });
    expect(await runtime.execSync(old, ['touch', '/tmp/go'], 5000)).toMatchObject({ exitCode: 0 });
    expect(await exitOf(old)).toBe(7);
    const late = await runtime.createContainer(sandbox.id, sh('exit 3', { attempt: 1 }));
    await runtime.startContainer(late);
    expect(await exitOf(late)).toBe(3);
    await vi.waitFor(
      () => expect(told).toEqual([`started ${old}`, `exited ${old}`, `started ${late}`, `exited ${late}`]),
      WITHIN,
    );
    const other = await runtime.runPodSandbox({ ...POD, name: 'other', uid: 'uid-2' });
    expect(other).toMatchObject({ state: 'ready' });
    expect(other.ip).not.toBe(sandbox.ip);
  });

  test('leaves nothing of the pods when they are removed', async () => {
    for (const { id } of await runtime.listPodSandboxes()) await runtime.removePodSandbox(id);
    expect(containerd.leftProcesses()).toEqual([]);
    expect(containerd.leftMounts().filter((path) => path.includes('/state/'))).toEqual([]);
  });
});

import { existsSync, globSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { POD, sh } from '../testing/configs.ts';
import { CGROUP_ROOT, hasUnifiedGroups } from './controlGroups.ts';
import type { CriRuntime } from './criRuntime.ts';
import { TestContainerd } from './testing/containerd.ts';
import { openRuntime, removeAll } from './testing/criContract.ts';
import { whyNoContainers } from './testing/whyNoContainers.ts';

const PIDS = hasUnifiedGroups() ? CGROUP_ROOT : `${CGROUP_ROOT}/pids`;
const impediment = whyNoContainers() ?? (existsSync(PIDS) ? undefined : 'no controller "pids"');
const RANGE = '10.199.9.0/24';
const LIMIT = 20;
// Control groups are the machine's: no other test has these.
const BOMB = { ...POD, uid: 'b0b0-1' };
const OTHER = { ...POD, name: 'other', uid: 'b0b0-2' };
const FORKS = 'for i in $(seq 50); do sleep 1000 & done; echo all';
// A shell that cannot fork ends; the one around it stays, and so do those that it has started.
const FORKS_AND_STAYS = `(${FORKS}); exec sleep 1000`;

const groupsOf = (uid: string) => globSync(`${CGROUP_ROOT}/{*/,}sampan/pod${uid}`);
const numberIn = (uid: string, file: string) =>
  Number(readFileSync(`${PIDS}/sampan/pod${uid}/${file}`, 'utf8'));

describe.skipIf(impediment)('a limit of the processes of pods', () => {
  let containerd: TestContainerd;
  let runtime: CriRuntime;
  let directory: string;
  beforeAll(async () => {
    containerd = await TestContainerd.start();
  });
  afterAll(() => containerd?.stop());
  afterEach(() => removeAll(runtime));

  const open = async (limit?: number, before?: string) => {
    ({ runtime, directory } = await openRuntime(containerd, RANGE, before, { podPidsLimit: limit }));
  };

  async function start(sandboxId: string, script: string, name: string): Promise<string> {
    const id = await runtime.createContainer(sandboxId, sh(script, { name }));
    await runtime.startContainer(id);
    return id;
  }

  /** Until its end, or nobody asks for more. */
  async function* linesOf(id: string): AsyncGenerator<string> {
    const options = { follow: true, tailLines: undefined, since: undefined };
    for await (const { text } of runtime.logs(id, options, AbortSignal.timeout(10_000)))
      yield String(Buffer.from(text));
  }

  const logOf = (id: string) => Array.fromAsync(linesOf(id));

  /** A pod is full when the first process is refused. */
  async function untilFull(id: string): Promise<void> {
    const lines = linesOf(id);
    expect((await lines.next()).value).toMatch(/can't fork/);
    await lines.return(undefined);
  }

  test('lets no pod have more, all of its containers together, while others have as many as they may', async () => {
    await open(LIMIT);
    const [bomb, other] = await Promise.all([runtime.runPodSandbox(BOMB), runtime.runPodSandbox(OTHER)]);
    const still = await start(bomb.id, 'exec sleep 1000', 'still');
    const forking = await start(bomb.id, FORKS_AND_STAYS, 'forking');
    await untilFull(forking);
    const few = await start(other.id, 'for i in $(seq 10); do sleep 0 & done; wait; echo all', 'few');
    expect(await logOf(few)).toEqual(['all']);
    for (const id of [still, forking])
      expect(await runtime.containerStatus(id)).toMatchObject({ state: 'running' });
    expect(numberIn(BOMB.uid, 'pids.current')).toBeLessThanOrEqual(LIMIT);
    await Promise.all([bomb, other].map(({ id }) => runtime.removePodSandbox(id)));
    expect([BOMB, OTHER].flatMap(({ uid }) => groupsOf(uid))).toEqual([]);
  });

  test('holds for what is started in a pod that another agent has taken up, though that one has none', async () => {
    await open(LIMIT);
    const { id } = await runtime.runPodSandbox(BOMB);
    const first = await start(id, FORKS_AND_STAYS, 'first');
    await untilFull(first);
    await runtime.close();
    await open(undefined, directory);
    await runtime.stopContainer(first, 0);
    expect(await logOf(await start(id, FORKS, 'second'))).toEqual([expect.stringMatching(/can't fork/)]);
    expect(numberIn(BOMB.uid, 'pids.max')).toBe(LIMIT);
    await runtime.removePodSandbox(id);
    expect(groupsOf(BOMB.uid)).toEqual([]);
  });

  test('is another one for the pods that an agent with another limit takes up', async () => {
    await open(LIMIT);
    const { id } = await runtime.runPodSandbox(BOMB);
    await runtime.close();
    await open(200, directory);
    expect(numberIn(BOMB.uid, 'pids.max')).toBe(200);
    expect(await logOf(await start(id, FORKS, 'forking'))).toEqual(['all']);
  });

  test('is none without one: pods have no group of their own, and as many processes as they like', async () => {
    await open();
    const { id } = await runtime.runPodSandbox(BOMB);
    expect(groupsOf(BOMB.uid)).toEqual([]);
    expect(await logOf(await start(id, FORKS, 'forking'))).toEqual(['all']);
    expect(runtime.limitations(BOMB, [])).toEqual([]);
  });
});

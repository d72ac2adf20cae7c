import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { SystemClock } from '../../clock/systemClock.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { MOST_LOG_BYTES } from '../criLogFormat.ts';
import type { ContainerConfig, SandboxConfig } from '../runtime.ts';
import { POD, sh } from '../testing/configs.ts';
import { CriRuntime } from './criRuntime.ts';
import { TestContainerd } from './testing/containerd.ts';
import { openRuntime, removeAll } from './testing/criContract.ts';
import { whyNoContainers } from './testing/whyNoContainers.ts';

const impediment = whyNoContainers();
const RANGE = '10.199.4.0/24';
const WITHIN = { timeout: 10_000, interval: 20 };
/** A line of a hundred letters, more often than one file has room for; then one more for each that is asked for. */
const SCRIPT = `line=$(printf '%099d' 1)
yes $line | head -n 120000
n=0
while :; do
  until [ -e /tmp/more$n ]; do sleep 0.02; done
  echo more $n
  n=$((n + 1))
done`;

/** Starts a container of a pod, and resolves to its id. */
async function start(
  runtime: CriRuntime,
  config: ContainerConfig,
  pod: SandboxConfig = POD,
): Promise<string> {
  const sandbox = await runtime.runPodSandbox(pod);
  const id = await runtime.createContainer(sandbox.id, config);
  await runtime.startContainer(id);
  return id;
}

async function read(runtime: CriRuntime, id: string): Promise<string[]> {
  const lines: string[] = [];
  const options = { follow: false, tailLines: undefined, since: undefined };
  for await (const { text } of runtime.logs(id, options, new AbortController().signal))
    lines.push(`${Buffer.from(text)}`);
  return lines;
}

describe.skipIf(impediment)('the log of a container', () => {
  let containerd: TestContainerd;
  /** It looks at its logs when its clock is turned. */
  let runtime: CriRuntime;
  let directory: string;
  const clock = new VirtualClock(new SystemClock().now());
  beforeAll(async () => {
    containerd = await TestContainerd.start();
    const opened = await openRuntime(containerd, RANGE);
    directory = opened.directory;
    await opened.runtime.close();
    const { socket, bridge } = containerd;
    const clusterCIDR = '10.199.0.0/16';
    runtime = await CriRuntime.open({ clock, socket, bridge, directory, podLogsDir: root(), clusterCIDR });
  });
  const root = () => join(directory, 'log/pods');

  afterAll(async () => {
    await runtime?.close();
    if (containerd) await removeAll((await openRuntime(containerd, RANGE, directory)).runtime);
    await containerd?.stop();
  });

  test('is put aside when it is full, the container goes on in a new file, and who follows misses nothing', async () => {
    const id = await start(runtime, sh(SCRIPT));
    const log = join(root(), 'default_pod_uid-1/main/0.log');
    await vi.waitFor(() => expect(statSync(log).size).toBeGreaterThan(MOST_LOG_BYTES), WITHIN);

    const lines: string[] = [];
    const leaving = new AbortController();
    const following = (async () => {
      const options = { follow: true, tailLines: 0, since: undefined };
      for await (const { text } of runtime.logs(id, options, leaving.signal))
        lines.push(`${Buffer.from(text)}`.replace(/^0+/, ''));
    })();
    const ask = (n: number) => runtime.execSync(id, ['touch', `/tmp/more${n}`], 5000);
    await ask(0);
    await vi.waitFor(() => expect(lines).toContain('more 0'), WITHIN);
    await clock.advance(10_000);
    await vi.waitFor(() => {
      expect(readdirSync(dirname(log))).toEqual(['0.log', expect.stringMatching(/^0\.log\.\d{8}-\d{6}$/)]);
    }, WITHIN);
    await ask(1);
    await vi.waitFor(() => expect(lines).toContain('more 1'), WITHIN);
    expect(lines.filter((line) => line !== '1')).toEqual(['more 0', 'more 1']);
    expect(statSync(log).size).toBeLessThan(MOST_LOG_BYTES);
    leaving.abort();
    await following;
    const whole = await read(runtime, id);
    expect(whole.length).toBe(120_002);
    expect(whole.slice(-2)).toEqual(['more 0', 'more 1']);
  });

  test('has a link by which collectors know it, and both go a moment after its pod', async () => {
    const pod = { ...POD, namespace: 'kube-system', name: 'leaving', uid: 'uid-2' };
    const id = await start(runtime, sh('echo last words; exec sleep 1000'), pod);
    const link = join(directory, `log/containers/leaving_kube-system_main-${id}.log`);
    const log = () => readFileSync(link, 'utf8');
    await vi.waitFor(() => expect(log()).toMatch(/^\S+Z stdout F last words\n$/), WITHIN);
    const [sandbox] = (await runtime.listPodSandboxes()).filter(({ config }) => config.uid === pod.uid);
    await runtime.removePodSandbox(sandbox!.id);
    expect(log()).toContain('last words');
    await clock.advance(60_000);
    const left = () =>
      [...readdirSync(root()), ...readdirSync(join(directory, 'log/containers'))].filter((name) =>
        name.includes('leaving'),
      );
    await vi.waitFor(() => expect(left()).toEqual([]), WITHIN);
  });
});

describe.skipIf(impediment)('the logs of a pod', () => {
  let containerd: TestContainerd;
  let runtime: CriRuntime;
  let directory: string;
  let podLogsDir: string;
  beforeAll(async () => {
    containerd = await TestContainerd.start();
    podLogsDir = containerd.podLogsDir;
    ({ runtime, directory } = await openRuntime(containerd, RANGE, undefined, { podLogsDir }));
  });
  afterAll(async () => {
    if (runtime) await removeAll(runtime);
    await containerd?.stop();
  });

  /** As when the node's process starts again, with that root of logs. */
  async function startAgain(root: string | undefined): Promise<void> {
    await runtime.close();
    ({ runtime } = await openRuntime(containerd, RANGE, directory, { podLogsDir: root }));
  }

  async function startNext(id: string, config: ContainerConfig): Promise<string> {
    const { sandboxId } = (await runtime.containerStatus(id))!;
    const next = await runtime.createContainer(sandboxId, config);
    await runtime.startContainer(next);
    return next;
  }

  const untilRead = (id: string, ...lines: string[]) =>
    vi.waitFor(async () => expect(await read(runtime, id)).toEqual(lines), WITHIN);

  const links = (pod: string) =>
    readdirSync(join(podLogsDir, '../containers')).filter((name) => name.startsWith(`${pod}_`));

  test('go one by one, with the container', async () => {
    const pod = { ...POD, name: 'again' };
    const id = await start(runtime, sh('echo first'), pod);
    await untilRead(id, 'first');
    const next = await startNext(id, sh('echo second', { attempt: 1 }));
    await untilRead(next, 'second');
    await runtime.removeContainer(id);
    expect(readdirSync(join(podLogsDir, 'default_again_uid-1/main'))).toEqual(['1.log']);
    expect(links('again')).toEqual([`again_default_main-${next}.log`]);
  });

  test('are found where they were made when that was before there was a root for them', async () => {
    await startAgain(undefined);
    const pod = { ...POD, name: 'early', uid: 'uid-2' };
    const id = await start(runtime, sh('echo early'), pod);
    await startAgain(podLogsDir);
    await untilRead(id, 'early');
    const next = await startNext(id, sh('echo late', { attempt: 1 }));
    await untilRead(next, 'late');
    const early = join(directory, 'pods/default_early_uid-2');
    expect(globSync('0/logs/main/*', { cwd: early }).sort()).toEqual([
      '0/logs/main/0.log',
      '0/logs/main/1.log',
    ]);
    expect(links('early')).toEqual([]);
    const { sandboxId } = (await runtime.containerStatus(next))!;
    await runtime.removePodSandbox(sandboxId);
    await startAgain(podLogsDir);
    expect(existsSync(early)).toBe(false);
  });

  test('of all its sandboxes are in one folder, which goes with the last of them', async () => {
    const pod = { ...POD, name: 'rebuilt', uid: 'uid-3' };
    await start(runtime, sh('echo one'), pod);
    const id = await start(runtime, sh('echo two', { attempt: 1 }), { ...pod, attempt: 1 });
    await untilRead(id, 'two');
    expect(readdirSync(join(podLogsDir, 'default_rebuilt_uid-3/main'))).toEqual(['0.log', '1.log']);
    const { sandboxId } = (await runtime.containerStatus(id))!;
    await runtime.removePodSandbox(sandboxId);
    const left = (await runtime.listPodSandboxes()).filter(({ config }) => config.uid === pod.uid);
    expect(left).toEqual([]);
    await startAgain(podLogsDir);
    expect([...readdirSync(podLogsDir), ...links('rebuilt')]).toEqual(['default_again_uid-1']);
  });
});

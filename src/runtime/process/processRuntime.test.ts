import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemRandom } from '../../clock/random.ts';
import { SystemClock } from '../../clock/systemClock.ts';
import { runtimeContract } from '../runtime.contract.ts';
import type { ContainerConfig } from '../runtime.ts';
import { startTimeOf } from './processGroup.ts';
import { ProcessRuntime } from './processRuntime.ts';

const clock = new SystemClock();
const open = (directory: string) => ProcessRuntime.open({ clock, random: systemRandom, directory });

async function removeAll(runtime: ProcessRuntime, directory: string): Promise<void> {
  for (const { id } of await runtime.listPodSandboxes()) await runtime.removePodSandbox(id);
  await runtime.close();
  await rm(directory, { recursive: true, force: true });
}

runtimeContract('process', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sampan-process-'));
  const runtime = await open(directory);
  return { runtime, clock, pass: (promise) => promise, close: () => removeAll(runtime, directory) };
});

const isSome = (amount: number) => amount > 0;

describe('a process of the host', () => {
  let directory: string;
  let runtime: ProcessRuntime;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sampan-process-'));
    runtime = await open(directory);
  });
  afterEach(() => removeAll(runtime, directory));

  async function create(command: string[], rest: Partial<ContainerConfig> = {}): Promise<string> {
    const pod = { namespace: 'd', name: 'p', uid: 'u', attempt: 0, labels: {}, annotations: {} };
    const sandbox = await runtime.runPodSandbox({
      ...pod,
      hostname: 'p',
      hostNetwork: false,
      address: '10.0.0.2',
    });
    const none = { workingDir: undefined, env: [], mounts: [], stdin: false, stdinOnce: false, tty: false };
    return runtime.createContainer(sandbox.id, {
      name: 'main',
      image: 'busybox',
      attempt: 0,
      command,
      args: [],
      stopSignal: undefined,
      ...none,
      ...rest,
    });
  }

  async function start(script: string, rest: Partial<ContainerConfig> = {}): Promise<string> {
    const id = await create(['sh', '-c', script], rest);
    await runtime.startContainer(id);
    return id;
  }

  /** The log's lines up to the end of the container, or until so many have come. */
  async function lines(id: string, count = Number.POSITIVE_INFINITY): Promise<string[]> {
    const read: string[] = [];
    const options = { follow: true, tailLines: undefined, since: undefined };
    for await (const { stream, text } of runtime.logs(id, options, new AbortController().signal)) {
      if (read.push(`${stream}: ${Buffer.from(text)}`) >= count) break;
    }
    return read;
  }

  const ended = (id: string) =>
    new Promise<void>((resolve) => {
      runtime.subscribe(({ kind, containerId }) => {
        if (kind === 'exited' && containerId === id) resolve();
      });
    });

  test('that has ended counts for its container', async () => {
    const work = 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done';
    const id = await start(`sh -c '${work}'; echo text > file; echo done; sleep 1000`);
    await lines(id, 1);
    const [stats] = await runtime.stats.containers();
    expect(stats).toMatchObject({ containerId: id, cpu: { coreNanoseconds: expect.toSatisfy(isSome) } });
    const [disk] = await runtime.stats.disks();
    expect(disk).toMatchObject({
      containerId: id,
      root: { inodes: 2, usedBytes: expect.toSatisfy(isSome) },
      logs: { usedBytes: expect.toSatisfy(isSome) },
    });
  });

  test('that is no program of the host cannot start', async () => {
    const id = await create(['/no/such/program']);
    await expect(runtime.startContainer(id)).rejects.toThrow(
      'exec: "/no/such/program": stat /no/such/program',
    );
    expect(await runtime.containerStatus(id)).toMatchObject({
      state: 'exited',
      exitCode: 128,
      reason: 'StartError',
    });
  });

  test('sees its own environment alone', async () => {
    const id = await start('env', { env: [['A', 'b']] });
    const names = (await lines(id)).map((line) => line.slice('stdout: '.length, line.indexOf('=')));
    expect(names.toSorted()).toEqual(['A', 'HOME', 'HOSTNAME', 'PATH', 'PWD', 'SAMPAN_ROOT']);
  });

  test('has its two outputs told apart in the log', async () => {
    const id = await start('echo out; echo err >&2');
    expect((await lines(id)).toSorted()).toEqual(['stderr: err', 'stdout: out']);
  });

  test('logs in the CRI format', async () => {
    const id = await start('printf "%s" "no end"');
    await lines(id);
    const log = await readFile(join(directory, 'containers', id, 'logs', '0.log'), 'utf8');
    expect(log).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z stdout P no end\n$/);
  });

  test('finds its volumes below its root', async () => {
    const mounts = [{ containerPath: '/etc/config', hostPath: directory, readOnly: true }];
    const id = await start('readlink "$SAMPAN_ROOT/etc/config"', { mounts });
    expect(await lines(id)).toEqual([`stdout: ${directory}`]);
  });

  test('shows the signal that ended it', async () => {
    const id = await create(['sh', '-c', 'kill -USR1 $$']);
    const end = ended(id);
    await runtime.startContainer(id);
    await end;
    expect(await runtime.containerStatus(id)).toMatchObject({ exitCode: 138, reason: 'Error' });
  });

  test('that ignores the stop signal is killed when its grace is over', async () => {
    const id = await start('trap "" TERM; echo ready; while true; do sleep 0.01; done');
    await lines(id, 1);
    const patient = runtime.stopContainer(id, 1000);
    await runtime.stopContainer(id, 0.02);
    await patient;
    expect(await runtime.containerStatus(id)).toMatchObject({ exitCode: 137 });
  });

  test('takes what it has started with it', async () => {
    const id = await start('sleep 1000 & echo $!; exit 0');
    const [line = ''] = await lines(id);
    const pid = Number(line.slice('stdout: '.length));
    await expect.poll(() => startTimeOf(pid)).toBeUndefined();
  });

  test('goes on when sampan is killed, and is found again with its output and exit code', async () => {
    const program = fileURLToPath(new URL('./testing/startAndWait.ts', import.meta.url));
    const script = 'echo one; while [ ! -e go ]; do sleep 0.01; done; echo two; exit 7';
    const sampan = spawn(process.execPath, [program, directory, script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed] = (await once(sampan.stdout, 'data')) as [Buffer];
    sampan.kill('SIGKILL');
    await once(sampan, 'exit');
    runtime = await open(directory);
    const id = String(printed);
    expect(await runtime.containerStatus(id)).toMatchObject({ state: 'running' });
    const end = ended(id);
    await runtime.execSync(id, ['touch', 'go'], 5000);
    await end;
    expect(await lines(id)).toEqual(['stdout: one', 'stdout: two']);
    expect(await runtime.containerStatus(id)).toMatchObject({ state: 'exited', exitCode: 7 });
  });

  test('that ends while there is no sampan has its exit code all the same', async () => {
    const id = await start('exit 7');
    await runtime.close();
    const isOver = () => existsSync(join(directory, 'containers', id, 'exit-code'));
    await expect.poll(isOver).toBe(true);
    runtime = await open(directory);
    await expect.poll(async () => (await runtime.containerStatus(id))?.exitCode).toBe(7);
  });

  test('that still runs is taken up by the next sampan', async () => {
    const id = await start('echo one; while [ ! -e go ]; do sleep 0.01; done; echo two; exit 7');
    await lines(id, 1);
    await runtime.close();
    runtime = await open(directory);
    expect(await runtime.containerStatus(id)).toMatchObject({ state: 'running' });
    const end = ended(id);
    await runtime.execSync(id, ['touch', 'go'], 5000);
    await end;
    expect(await lines(id)).toEqual(['stdout: one', 'stdout: two']);
    expect(await runtime.containerStatus(id)).toMatchObject({ state: 'exited', exitCode: 7 });
  });
});

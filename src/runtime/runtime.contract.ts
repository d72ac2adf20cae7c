import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RemoteCommandStreams } from '../apimachinery/remoteCommand.ts';
import { type Clock, delay } from '../clock/clock.ts';
import type { ContainerConfig, ContainerStatus, Runtime, Sandbox, SandboxConfig } from './runtime.ts';
import type { ContainerStats } from './stats.ts';
import { POD, sh } from './testing/configs.ts';

/** A runtime under test, and how time passes for it. */
export interface RuntimeUnderTest {
  readonly runtime: Runtime;
  readonly clock: Clock;
  /** What is asked of the sandbox, if `POD` is not enough. */
  readonly pod?: SandboxConfig;
  /** What addresses look like where the runtime has a network of its own. */
  readonly address?: RegExp;
  /** Lets time pass until the promise is settled. */
  pass<T>(promise: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** What every runtime must do, whatever it runs containers on. With an impediment its tests are skipped, which that explains. */
export function runtimeContract(
  name: string,
  make: () => Promise<RuntimeUnderTest>,
  impediment?: string,
): void {
  const explanation = impediment ? ` (skipped: ${impediment})` : '';
  describe.skipIf(impediment)(`the ${name} runtime${explanation}`, () => {
    let under: RuntimeUnderTest;
    let runtime: Runtime;
    let sandbox: Sandbox;

    beforeEach(async () => {
      under = await make();
      runtime = under.runtime;
      sandbox = await runtime.runPodSandbox(under.pod ?? POD);
      if (!(await runtime.imageStatus('busybox:1'))) await runtime.pullImage('busybox:1', []);
    });
    afterEach(() => under.close());

    async function run(config: ContainerConfig): Promise<string> {
      const id = await runtime.createContainer(sandbox.id, config);
      await runtime.startContainer(id);
      return id;
    }

    /** The status when the container has ended. */
    async function ended(id: string): Promise<ContainerStatus> {
      const exit = new Promise<void>((resolve) => {
        runtime.subscribe((event) => {
          if (event.kind === 'exited' && event.containerId === id) resolve();
        });
      });
      const status = (await runtime.containerStatus(id))!;
      if (status.state !== 'exited') await under.pass(exit);
      return (await runtime.containerStatus(id))!;
    }

    async function logOf(id: string, follow = false, tailLines?: number): Promise<string[]> {
      const lines: string[] = [];
      const options = { follow, tailLines, since: undefined };
      for await (const { stream, text } of runtime.logs(id, options, new AbortController().signal)) {
        lines.push(`${stream}: ${Buffer.from(text)}`);
      }
      return lines;
    }

    const statsOf = async (id: string): Promise<ContainerStats> =>
      (await runtime.stats.containers()).find(({ containerId }) => containerId === id)!;

    /** What a container uses, once it is as it should be. */
    async function once(id: string, isSo: (stats: ContainerStats) => boolean): Promise<ContainerStats> {
      for (;;) {
        const stats = await statsOf(id);
        if (isSo(stats)) return stats;
        await under.pass(delay(under.clock, 20));
      }
    }

    test('gives a sandbox an address', async () => {
      expect(sandbox).toMatchObject({ state: 'ready', config: under.pod ?? POD });
      expect(sandbox.ip).toMatch(under.address ?? /^10\.244\.1\.2$/);
      expect(await runtime.listPodSandboxes()).toEqual([sandbox]);
    });

    test('has the image that it has pulled', async () => {
      expect(await runtime.imageStatus('busybox:1')).toBeDefined();
    });

    test('shows a container that has ended well as Completed', async () => {
      const status = await ended(await run(sh('sleep 0.5')));
      expect(status).toMatchObject({
        state: 'exited',
        exitCode: 0,
        reason: 'Completed',
        name: 'main',
        podUid: 'uid-1',
      });
      // A runtime may be late to note the start.
      expect(status.finishedAt! - status.startedAt!).toBeGreaterThanOrEqual(100);
    });

    test('shows a container that has failed as Error, with its exit code', async () => {
      expect(await ended(await run(sh('exit 3')))).toMatchObject({ exitCode: 3, reason: 'Error' });
    });

    test('tells of the start and the end', async () => {
      const told: string[] = [];
      runtime.subscribe(({ kind, podUid }) => told.push(`${podUid} ${kind}`));
      await ended(await run(sh('sleep 0.01')));
      expect(told).toEqual(['uid-1 started', 'uid-1 exited']);
    });

    test('keeps what a container prints', async () => {
      const id = await run(sh('echo one; echo two'));
      await ended(id);
      expect(await logOf(id)).toEqual(['stdout: one', 'stdout: two']);
      expect(await logOf(id, false, 1)).toEqual(['stdout: two']);
      expect(await logOf(id, false, 0)).toEqual([]);
    });

    test('has all that a container has printed by the time at which its end is told', async () => {
      const id = await run(sh('i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); done'));
      await ended(id);
      const lines = await logOf(id);
      expect([lines.length, lines.at(-1)]).toEqual([300, 'stdout: line 299']);
    });

    test('lets a log be followed to its end', async () => {
      const id = await run(sh('echo one; sleep 0.02; echo two'));
      expect(await under.pass(logOf(id, true))).toEqual(['stdout: one', 'stdout: two']);
    });

    test('gives a container its own environment', async () => {
      const id = await run(
        sh('echo "$GREETING $HOSTNAME-"', {
          env: [
            ['GREETING', 'hello'],
            ['HOSTNAME', 'x'],
          ],
        }),
      );
      await ended(id);
      expect(await logOf(id)).toEqual(['stdout: hello x-']);
    });

    test('tells a container the name of its host, and where programs are', async () => {
      const id = await run(sh('echo "$HOSTNAME"; if [ -n "$PATH" ]; then echo found; fi'));
      await ended(id);
      expect(await logOf(id)).toEqual([`stdout: ${POD.hostname}`, 'stdout: found']);
    });

    test('ends a container with its stop signal', async () => {
      const id = await run(sh('sleep 1000'));
      await under.pass(runtime.stopContainer(id, 30));
      expect(await runtime.containerStatus(id)).toMatchObject({
        state: 'exited',
        exitCode: 143,
        reason: 'Error',
      });
    });

    test('kills a container that has no grace left', async () => {
      const id = await run(sh('sleep 1000'));
      await under.pass(runtime.stopContainer(id, 0));
      expect(await runtime.containerStatus(id)).toMatchObject({ state: 'exited', exitCode: 137 });
    });

    test('stops what is stopped and removes what is gone', async () => {
      const id = await run(sh('exit 0'));
      await ended(id);
      await runtime.stopContainer(id, 1);
      await runtime.removeContainer(id);
      await runtime.removeContainer(id);
      await runtime.stopContainer(id, 1);
      expect(await runtime.containerStatus(id)).toBeUndefined();
    });

    test('keeps a container without a command running until it is stopped', async () => {
      const id = await run(sh('', { command: [] }));
      expect(await runtime.containerStatus(id)).toMatchObject({ state: 'running' });
      await under.pass(runtime.stopContainer(id, 1));
      expect(await runtime.containerStatus(id)).toMatchObject({ state: 'exited' });
    });

    test('runs a command for a probe and collects its output', async () => {
      const id = await run(sh('sleep 1000', { env: [['A', 'b']] }));
      expect(await under.pass(runtime.execSync(id, ['sh', '-c', 'echo $A; exit 4'], 10_000))).toEqual({
        stdout: 'b\n',
        stderr: '',
        exitCode: 4,
      });
    });

    test('gives up on a probe that takes too long', async () => {
      const id = await run(sh('sleep 1000'));
      const { exitCode } = await under.pass(runtime.execSync(id, ['sleep', '100'], 20));
      expect(exitCode).toBeUndefined();
    });

    test('runs a command for somebody at the other end', async () => {
      const id = await run(sh('sleep 1000'));
      const { streams, text } = remote('echo typed\nexit 5\n');
      expect(await under.pass(runtime.exec(id, ['sh'], false, streams))).toEqual({
        kind: 'exited',
        exitCode: 5,
      });
      expect(text()).toBe('typed\n');
    });

    test('lets somebody join the command: its output, and its input until that ends', async () => {
      const id = await run(
        sh('while read line; do echo "got $line"; done; exit 6', { stdin: true, stdinOnce: true }),
      );
      const { streams, text } = remote('one\ntwo\n');
      expect(await under.pass(runtime.attach(id, streams))).toEqual({ kind: 'exited', exitCode: 6 });
      expect(text()).toBe('got one\ngot two\n');
    });

    test('does not run commands in what has ended', async () => {
      const id = await run(sh('exit 0'));
      await ended(id);
      const result = await runtime.exec(id, ['date'], false, remote('').streams);
      expect(result).toEqual({ kind: 'failed', message: `container ${id} is not running` });
    });

    test('counts what a container uses: its time never becomes less, and it has some memory', async () => {
      const busy = await run(sh('i=0; while true; do i=$((i+1)); done'));
      const first = await statsOf(busy);
      const later = await once(busy, ({ cpu }) => cpu.coreNanoseconds > first.cpu.coreNanoseconds);
      expect(later.at).toBeGreaterThan(first.at);
      expect(later.memory.workingSet).toBeGreaterThan(0);
      expect(later.memory.workingSet).toBeLessThanOrEqual(later.memory.usage!);
    });

    test('counts nothing of what does not run', async () => {
      const id = await run(sh('exit 0'));
      await runtime.createContainer(sandbox.id, sh('true', { name: 'waiting' }));
      await ended(id);
      // A container runtime may tell of an end before its own lists show it.
      await expect.poll(() => runtime.stats.containers()).toEqual([]);
    });

    test('counts what the whole machine uses', async () => {
      const id = await run(sh('sleep 1000'));
      const container = await statsOf(id);
      const host = await runtime.stats.host();
      expect(host.cpu.coreNanoseconds).toBeGreaterThanOrEqual(container.cpu.coreNanoseconds);
      expect(host.memory.workingSet).toBeGreaterThanOrEqual(container.memory.workingSet);
    });

    test('tells of networks and disks of what runs here alone', async () => {
      const id = await run(sh('sleep 1000'));
      const pods = (await runtime.stats.networks()).map(({ podUid }) => podUid);
      expect(['uid-1']).toEqual(expect.arrayContaining(pods));
      const containers = (await runtime.stats.disks()).map(({ containerId }) => containerId);
      expect([id]).toEqual(expect.arrayContaining(containers));
    });

    test('ends the containers of a sandbox that is stopped, and forgets them with it', async () => {
      const id = await run(sh('sleep 1000'));
      await under.pass(runtime.stopPodSandbox(sandbox.id));
      expect(await runtime.containerStatus(id)).toMatchObject({ state: 'exited' });
      expect(await runtime.listPodSandboxes()).toMatchObject([{ state: 'notReady' }]);
      await under.pass(runtime.removePodSandbox(sandbox.id));
      expect(await runtime.listPodSandboxes()).toEqual([]);
      expect(await runtime.listContainers()).toEqual([]);
    });
  });
}

/** Somebody at the other end, who types the input at once; and what they have seen so far. */
function remote(input: string): { streams: RemoteCommandStreams; text: () => string } {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const seen: Buffer[] = [];
  stdout.on('data', (data: Buffer) => seen.push(data));
  stdin.end(input);
  const resize = (async function* () {})();
  const streams = { stdin, stdout, stderr, resize, signal: new AbortController().signal };
  return { streams, text: () => Buffer.concat(seen).toString() };
}

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { globSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, rmdir, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { delay } from '../../../clock/clock.ts';
import { SystemClock } from '../../../clock/systemClock.ts';
import { CriClient } from '../criClient.ts';
import { CriRuntime } from '../criRuntime.ts';
import { CriService } from '../criService.ts';
import { removeDnsAddress } from '../dnsAddress.ts';
import { removeRules } from '../podRules.ts';
import { removeServiceChains } from '../serviceProxy/hostRules.ts';
import { removeServiceRules } from '../serviceRules.ts';
import { CONTAINERD_ENVIRONMENT, HOST_ENVIRONMENT } from './containerdBinaries.ts';
import { type ContainerdOptions, containerdConfig } from './containerdConfig.ts';
import { busyboxImage } from './imageArchive.ts';

const run = promisify(execFile);
const clock = new SystemClock();
const BUSYBOX = 'docker.io/library/busybox:1';
const PAUSE = 'sampan.test/pause:1';
const START_MS = 15_000;
/** Where tests run in a container themselves: images cannot lie on such a disk. */
const OVERLAY = 0x794c7630;
/** Where all ranges of tests come from. */
const POD_ADDRESSES = '10.198.0.0/16';
/** Where `host-local` keeps who has which address. */
const ADDRESSES = '/var/lib/cni/networks';
/** The control groups of pods that have one, and the parent of all, in both versions of them. */
const CGROUPS = ['/sys/fs/cgroup/{*/,}sampan/pod*', '/sys/fs/cgroup/{*/,}sampan'];

type Choices = Pick<ContainerdOptions, 'isWithoutOwnEvents' | 'isHosts'>;

/** A containerd of a test's own, with its own root, state, socket and network, and the images `busybox:1` and a pause. */
export class TestContainerd {
  readonly directory: string;
  /** At most fifteen characters, as Linux has it. */
  readonly bridge: string;
  #process: ChildProcess | undefined;
  #isHosts: boolean;

  private constructor(directory: string, isHosts: boolean) {
    this.directory = directory;
    this.#isHosts = isHosts;
    this.bridge = `smp${directory.slice(-6).toLowerCase()}`;
  }

  static async start(options: Choices = {}): Promise<TestContainerd> {
    const directory = await mkdtemp(join(tmpdir(), 'sampan-cri-'));
    const containerd = new TestContainerd(directory, options.isHosts ?? false);
    try {
      await containerd.#configure(options);
      await containerd.run();
      await containerd.#importImages();
      return containerd;
    } catch (error) {
      await containerd.stop();
      throw error;
    }
  }

  get socket(): string {
    return join(this.directory, 'containerd.sock');
  }

  /** Where logs of pods may lie, instead of the host's own place. */
  get podLogsDir(): string {
    return join(this.directory, 'log/pods');
  }

  /** Starts it, also once more after `kill`. */
  async run(): Promise<void> {
    const log = openSync(join(this.directory, 'containerd.log'), 'a');
    this.#process = spawn('containerd', ['--config', join(this.directory, 'config.toml')], {
      stdio: ['ignore', log, log],
      env: this.#environment,
    });
    const deadline = clock.elapsed() + START_MS;
    for (;;) {
      try {
        (await CriClient.connect(this.socket, clock)).close();
        return;
      } catch (error) {
        if (clock.elapsed() > deadline) throw error;
        await delay(clock, 50);
      }
    }
  }

  /** As if it had crashed. Containers go on. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const ended = this.#process && new Promise((resolve) => this.#process!.once('exit', resolve));
    this.#process?.kill(signal);
    await ended;
    this.#process = undefined;
  }

  /** As a package manager does: from the host's own containerd to the one that the tests run otherwise. */
  async upgrade(): Promise<void> {
    await this.kill('SIGTERM');
    this.#isHosts = false;
    await this.run();
  }

  /** A bridge of this containerd's own, for a sampan that is told its socket only: nothing of the host is touched. */
  async provideNetwork(range: string): Promise<void> {
    const directory = join(this.directory, 'network');
    const runtime = await CriRuntime.open({
      clock,
      socket: this.socket,
      directory,
      bridge: this.bridge,
      clusterCIDR: POD_ADDRESSES,
    });
    await runtime.usePodRange(range);
    await runtime.close();
  }

  ctr(...args: string[]): Promise<{ stdout: string }> {
    return run('ctr', ['--address', this.socket, '--namespace', 'k8s.io', ...args], {
      env: this.#environment,
    });
  }

  /** Whatever the test has left behind goes too. */
  async stop(): Promise<void> {
    // Only the runtime finds all that it has made for a pod: what a test leaves when it fails would stay on the host.
    await this.#removePods().catch(() => {});
    await this.kill();
    for (const pid of this.leftProcesses()) process.kill(pid, 'SIGKILL');
    await removeServiceRules(this.bridge);
    await removeServiceChains(this.bridge);
    await removeDnsAddress(this.bridge);
    await removeRules(this.bridge);
    await run('ip', ['link', 'delete', this.bridge]).catch(() => {});
    for (const mount of this.leftMounts().toReversed()) await run('umount', ['-l', mount]).catch(() => {});
    await rm(join(ADDRESSES, this.bridge), { recursive: true, force: true });
    for (const group of CGROUPS.flatMap((name) => globSync(name))) await rmdir(group).catch(() => {}); // it may be another's
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The shims that still look after containers of this containerd, and what they look after. */
  leftProcesses(): number[] {
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const shims = processes.filter((pid) => commandLine(pid).includes(this.socket) && !isOurs(pid));
    const below = processes.filter((pid) => shims.includes(parentOf(pid)));
    return [...below, ...shims].filter((pid) => Number(pid) !== this.#process?.pid).map(Number);
  }

  leftMounts(): string[] {
    return readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '')
      .filter((path) => path.startsWith(`${this.directory}/`));
  }

  async #removePods(): Promise<void> {
    const client = await CriClient.connect(this.socket, clock);
    const cri = new CriService(client);
    try {
      for (const id of await cri.listPodSandboxes({})) {
        await cri.stopPodSandbox(id);
        await cri.removePodSandbox(id);
      }
    } finally {
      client.close();
    }
  }

  get #environment(): NodeJS.ProcessEnv {
    return { ...process.env, ...(this.#isHosts ? HOST_ENVIRONMENT : CONTAINERD_ENVIRONMENT) };
  }

  async #configure(options: Choices): Promise<void> {
    const path = (name: string) => join(this.directory, name);
    await mkdir(path('cni'));
    await mkdir(path('root'));
    if ((await statfs(this.directory)).type === OVERLAY)
      await run('mount', ['-t', 'tmpfs', 'tmpfs', path('root')]);
    const config = containerdConfig(
      {
        ...options,
        root: path('root'),
        state: path('state'),
        socket: this.socket,
        cniConfigs: path('cni'),
      },
      PAUSE,
    );
    await writeFile(path('config.toml'), config);
  }

  async #importImages(): Promise<void> {
    const images = join(this.directory, 'image');
    await this.ctr('images', 'import', await busyboxImage(images, BUSYBOX));
    await this.ctr('images', 'tag', BUSYBOX, PAUSE);
    await rm(images, { recursive: true });
  }
}

const isOurs = (pid: string): boolean => Number(pid) === process.pid;

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function parentOf(pid: string): string {
  try {
    return (
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[1] ?? ''
    );
  } catch {
    return '';
  }
}

import { existsSync, globSync, rmSync } from 'node:fs';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { kubectlBinary } from '../../../src/cli/kubectlBinary.ts';
import { busyboxImage } from '../../../src/runtime/cri/testing/imageArchive.ts';
import { Command, type Outcome, run } from '../command.ts';
import type { KubectlVersion } from '../kubectl.ts';
import { Recording } from '../recording.ts';
import { BUSYBOX, Host } from './host.ts';
import { Lan } from './lan.ts';
import type { InsideCommand } from './namespaces.ts';
import { SocketApi } from './socketApi.ts';
import { until } from './until.ts';

const NEWEST: KubectlVersion = 'v1.35.2';

/** Hosts in a network, a cluster on the first of them, and kubectls beside it. */
export class HostCluster {
  readonly #folder: string;
  readonly #image: string;
  readonly #lan: Lan;
  readonly #hosts: Host[] = [];
  readonly #agents = new Map<Host, InsideCommand>();
  #proxy: Command | undefined;

  private constructor(folder: string, image: string, lan: Lan) {
    this.#folder = folder;
    this.#image = image;
    this.#lan = lan;
  }

  /** The first host, with `sampan up` on it: `master01` and `node01`. */
  static async start(): Promise<HostCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'sampan-hosts-'));
    const image = await busyboxImage(join(folder, 'image'), BUSYBOX);
    const cluster = new HostCluster(folder, image, await Lan.start());
    try {
      const host = await cluster.addHost('node01');
      const listen = ['--listen', `${host.address}:6443`];
      await cluster.#launch(host, /sampan is ready/, 'up', '--runtime', 'cri', '--nodes', '1', ...listen);
      await cluster.#startProxy();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  get lan(): Lan {
    return this.#lan;
  }

  get hosts(): readonly Host[] {
    return this.#hosts;
  }

  get kubeconfig(): string {
    return join(this.#hosts[0]!.home, '.sampan/admin.kubeconfig');
  }

  /** One more machine, that has not joined yet. */
  async addHost(name: string): Promise<Host> {
    const number = this.#hosts.length + 1;
    const directory = join(this.#folder, name);
    const host = await Host.start({ name, directory, address: `10.77.0.${number}`, image: this.#image });
    this.#hosts.push(host);
    await this.#lan.connect(host);
    return host;
  }

  /** Joins by a token, as the node of the host's name. */
  async join(host: Host): Promise<void> {
    const line = await this.#hosts[0]!.sampan('token', 'create', '--print-join-command');
    const [, , server, , token, , hash] = line.trim().split(' ') as string[];
    const trust = ['--token', token!, '--discovery-token-ca-cert-hash', hash!];
    await this.#launch(host, /is Ready/, 'join', server!, ...trust, '--runtime', 'cri');
  }

  /** As a service manager starts it again. */
  async joinAgain(host: Host): Promise<void> {
    await this.#launch(host, /is Ready/, 'join', '--runtime', 'cri');
  }

  /** What a crash or the OOM killer does to the node's process; its pods are not told. */
  async killAgent(host: Host): Promise<void> {
    await this.#agents.get(host)?.stop('SIGKILL');
    this.#agents.delete(host);
  }

  /** Runs the newest kubectl, which must succeed, and resolves to what it prints. */
  async kubectl(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.kubectlOf(NEWEST, ...args);
    expect(code, `kubectl ${args.join(' ')}: ${stderr}`).toBe(0);
    return stdout;
  }

  async kubectlOf(version: KubectlVersion, ...args: string[]): Promise<Outcome> {
    return run('nsenter', await this.#kubectlArgs(version, args), this.#environment(version), {
      withinMs: 120_000,
    });
  }

  async apply(...objects: object[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    const args = await this.#kubectlArgs(NEWEST, ['apply', '-f', '-']);
    const { code, stderr } = await run('nsenter', args, { ...this.#environment(NEWEST), input });
    expect(code, stderr).toBe(0);
  }

  /** Records every event of a collection. */
  watchAll(path: string): Promise<Recording> {
    return Recording.start(new SocketApi(this.#socket), path);
  }

  /** Switches everything off. Nothing is left of it on this machine. */
  async stop(): Promise<void> {
    await this.#proxy?.stop('SIGKILL');
    const containers = await Promise.all(this.#hosts.map(containersOf));
    for (const host of this.#hosts) await host.stop();
    await this.#lan.stop();
    for (const id of containers.flat()) await removeControlGroups(id);
    for (const group of globSync('/sys/fs/cgroup/{*/,}sampan')) await rmdir(group).catch(() => {}); // another's
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #launch(host: Host, ready: RegExp, ...args: string[]): Promise<void> {
    const agent = host.startSampan(...args);
    this.#agents.set(host, agent);
    await agent.command.until(ready);
  }

  async #startProxy(): Promise<void> {
    const args = await this.#kubectlArgs(NEWEST, ['proxy', '--unix-socket', this.#socket]);
    this.#proxy = new Command('nsenter', args, this.#environment(NEWEST));
    await this.#proxy.until(/Starting to serve/);
    await until('the socket is there', async () => existsSync(this.#socket));
  }

  get #socket(): string {
    return join(this.#folder, 'api.sock');
  }

  async #kubectlArgs(version: KubectlVersion, args: readonly string[]): Promise<string[]> {
    return this.#hosts[0]!.namespaces.withNetwork([await kubectlBinary(version), ...args]);
  }

  #environment(version: KubectlVersion) {
    return { env: { KUBECONFIG: this.kubeconfig, HOME: join(this.#folder, version) } };
  }
}

const containersOf = async (host: Host): Promise<string[]> => {
  const { stdout } = await host.run('ctr', '--namespace', 'k8s.io', 'containers', 'list', '--quiet');
  return stdout.split('\n').filter((id) => id !== '');
};

/** Those of containers whose runtime was switched off: control groups are the machine's, for all its hosts. */
async function removeControlGroups(container: string): Promise<void> {
  for (const group of globSync(`/sys/fs/cgroup/{*/,}sampan/${container}`))
    await until('its last process is gone', () =>
      rmdir(group).then(
        () => true,
        (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
      ),
    );
}
